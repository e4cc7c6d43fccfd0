"""`app.security.passwords`."""

import asyncio
from threading import Event, current_thread

import pytest

from app.security.passwords import HashingBusy, PasswordHasher
from tests.factories import PASSWORD


@pytest.fixture
def hasher() -> PasswordHasher:
    """Return a cheap hasher."""
    return PasswordHasher(memory_kib=8, passes=1)


async def test_verifies_what_it_hashed(hasher: PasswordHasher) -> None:
    encoded = await hasher.hash(PASSWORD)
    assert await hasher.verify(PASSWORD, encoded) == (True, None)
    assert await hasher.verify(PASSWORD + " ", encoded) == (False, None)


async def test_salts_every_hash(hasher: PasswordHasher) -> None:
    assert await hasher.hash(PASSWORD) != await hasher.hash(PASSWORD)


@pytest.mark.parametrize("password", ["nobody has this password", PASSWORD, ""])
async def test_nobody_is_let_in_without_a_stored_hash(hasher: PasswordHasher, password: str) -> None:
    """Not even with the password of the dummy."""
    assert await hasher.verify(password, None) == (False, None)


async def test_gives_a_new_hash_when_the_parameters_have_changed(hasher: PasswordHasher) -> None:
    stronger = PasswordHasher(memory_kib=16, passes=1)
    valid, renewed = await stronger.verify(PASSWORD, await hasher.hash(PASSWORD))
    assert valid
    assert renewed is not None
    assert await stronger.verify(PASSWORD, renewed) == (True, None)


async def test_a_wrong_password_renews_nothing(hasher: PasswordHasher) -> None:
    encoded = await hasher.hash(PASSWORD)
    assert await PasswordHasher(memory_kib=16, passes=1).verify("wrong", encoded) == (False, None)


async def test_works_in_threads_of_its_own(hasher: PasswordHasher) -> None:
    name = await hasher._run(lambda: current_thread().name)
    assert name.startswith("password")


async def test_refuses_more_than_it_can_hold_and_recovers() -> None:
    hasher, free = PasswordHasher(concurrency=1, queue=2, memory_kib=8, passes=1), Event()
    waiting = [asyncio.create_task(hasher._run(lambda: free.wait(10))) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(HashingBusy) as refusal:
        await hasher.hash(PASSWORD)
    assert refusal.value.retry_after == 1
    free.set()
    assert await asyncio.gather(*waiting) == [True] * 3
    assert await hasher.verify(PASSWORD, await hasher.hash(PASSWORD)) == (True, None)


async def test_a_failing_hash_gives_its_place_back() -> None:
    hasher = PasswordHasher(concurrency=1, queue=1, memory_kib=8, passes=1)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            await hasher._run(lambda: 1 / 0)
    assert await hasher.hash(PASSWORD)


async def test_drops_what_waits_when_it_is_closed(hasher: PasswordHasher) -> None:
    free = Event()
    running = asyncio.create_task(hasher._run(lambda: free.wait(10)))
    waiting = asyncio.create_task(hasher._run(lambda: True))
    await asyncio.sleep(0.01)
    hasher.close()
    free.set()
    assert await running is True
    with pytest.raises(asyncio.CancelledError):
        await waiting
