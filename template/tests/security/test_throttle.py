"""`app.security.throttle` and `app.security.opaque_tokens`."""

import asyncio
import re
import time

import pytest
import time_machine
from limits import parse

from app.core.errors import TooManyRequests
from app.security.opaque_tokens import digest, new_token
from app.security.throttle import Throttle, network_of


async def wait_of(throttle: Throttle, account: str = "ada@example.com") -> int:
    """Try until it is refused, and return the seconds to wait."""
    for _ in range(10):
        try:
            await throttle.attempt(account)
        except TooManyRequests as refusal:
            return refusal.retry_after
    raise AssertionError("never refused")


async def test_a_limit_holds_for_its_key_and_window() -> None:
    throttle, limit = Throttle(), parse("2/minute")
    for _ in range(2):
        await throttle.hit(limit, "login", "192.0.2.1")
    with pytest.raises(TooManyRequests) as refusal:
        await throttle.hit(limit, "login", "192.0.2.1")
    assert 1 <= refusal.value.retry_after <= 61
    await throttle.hit(limit, "login", "192.0.2.2")
    await throttle.hit(limit, "register", "192.0.2.1")
    with time_machine.travel(time.time() + refusal.value.retry_after):
        await throttle.hit(limit, "login", "192.0.2.1")


async def test_five_attempts_are_free() -> None:
    throttle = Throttle()
    for _ in range(5):
        await throttle.attempt("ada@example.com")
    with pytest.raises(TooManyRequests):
        await throttle.attempt("ada@example.com")


async def test_guesses_that_come_together_are_counted_one_by_one() -> None:
    throttle = Throttle()
    outcomes = await asyncio.gather(*(throttle.attempt("ada") for _ in range(50)), return_exceptions=True)
    assert [isinstance(outcome, TooManyRequests) for outcome in outcomes].count(False) == 5


async def test_the_delay_doubles_to_fifteen_minutes_and_no_further() -> None:
    throttle, waits, now = Throttle(), [], time.time()
    for _ in range(8):
        with time_machine.travel(now):
            waits.append(await wait_of(throttle))
        now += waits[-1] + 1
    assert [round(wait / 60) for wait in waits] == [1, 2, 4, 8, 15, 15, 15, 15]


async def test_the_delays_begin_small_again_after_a_day() -> None:
    throttle = Throttle()
    now = time.time()
    for _ in range(3):
        with time_machine.travel(now):
            now += await wait_of(throttle) + 1
    with time_machine.travel(now + 25 * 60 * 60):
        assert await wait_of(throttle) <= 60


async def test_success_forgets_everything() -> None:
    throttle = Throttle()
    assert await wait_of(throttle) == 60
    await throttle.succeeded("ada@example.com")
    for _ in range(5):
        await throttle.attempt("ada@example.com")


async def test_no_address_is_kept_in_the_store() -> None:
    throttle = Throttle()
    await wait_of(throttle)
    assert not [key for key in throttle._storage.storage if "ada" in key]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("testclient", "unknown"),
        ("unix:", "unknown"),
        ("192.0.2.7, 198.51.100.1", "unknown"),
    ],
)
def test_a_client_is_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_tokens_have_256_random_bits() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in tokens)


def test_a_digest_is_sha_256_of_any_text() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(digest("\ud800")) == 64
