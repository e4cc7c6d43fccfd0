"""Passwords that are hashed, and attempts that are refused."""

import asyncio

import pytest
from limits import parse

from app.core.errors import TooManyRequests
from app.resources import Resources
from app.sampling import sample
from tests.metrics.reading import read, total


async def test_passwords_that_are_hashed_or_wait_for_it_are_seen(resources: Resources) -> None:
    hashing = [asyncio.create_task(resources.passwords.hash("a password")) for _ in range(3)]
    await asyncio.sleep(0)
    sample(resources)
    found = read(resources.metrics.registry)
    assert total(found, "password_hashing_active") == 3
    assert total(found, "password_hashing_limit") == resources.passwords.limit > 3
    await asyncio.gather(*hashing)
    sample(resources)
    assert total(read(resources.metrics.registry), "password_hashing_active") == 0


async def test_refusals_are_counted_once_by_the_name_of_their_limit(resources: Resources) -> None:
    limit = parse("1/hour")
    await resources.throttle.hit(limit, "login", "192.0.2.7")
    for _ in range(2):
        with pytest.raises(TooManyRequests):
            await resources.throttle.hit(limit, "login", "192.0.2.7")
        sample(resources)
        sample(resources)
    found = read(resources.metrics.registry)
    assert total(found, "rate_limit_refusals_total") == total(found, "rate_limit_refusals_total", limit="login") == 2


async def test_attempts_at_an_account_are_one_limit(resources: Resources) -> None:
    for _ in range(5):
        await resources.throttle.attempt("ada@example.com")
    with pytest.raises(TooManyRequests):
        await resources.throttle.attempt("ada@example.com")
    sample(resources)
    assert total(read(resources.metrics.registry), "rate_limit_refusals_total", limit="account") == 1
