"""`app.security.shared_limits`: counters that Redis drops when its memory is full give nobody new attempts."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from limits import parse

from app.security.shared_limits import SharedLimits
from app.security.throttle import Throttle
from tests.redis_server import NewRedis
from tests.security.test_shared_limits import ACCOUNT, Replicas, attempts, refusal_of

Evict = Callable[[], Awaitable[None]]


@pytest.fixture
def replica(new_redis: NewRedis, patience: None) -> Replicas:
    """Return a function that makes what one more replica counts with."""
    return lambda: Throttle(SharedLimits(new_redis()))


@pytest.fixture
def evict(new_redis: NewRedis) -> Evict:
    """Return a function that takes all counters away."""
    redis = new_redis()

    async def take_away() -> None:
        async with redis.commands() as commands:
            keys = [key async for key in commands.scan_iter(match=f"{redis.prefix}:*")]
            assert await commands.delete(*keys) > 0

    return take_away


async def test_an_account_gets_no_new_attempts(replica: Replicas, evict: Evict) -> None:
    throttle, passed = replica(), 0
    for _ in range(6):
        passed += await attempts(throttle, number=3)
        await evict()
    assert passed == 5
    assert (await refusal_of(throttle.attempt(ACCOUNT))).retry_after <= 60


async def test_a_limit_is_as_far_as_it_was(replica: Replicas, evict: Evict) -> None:
    throttle, limit = replica(), parse("3/minute")
    for _ in range(3):
        await throttle.hit(limit, "login", "192.0.2.1")
        await evict()
    assert 50 <= (await refusal_of(throttle.hit(limit, "login", "192.0.2.1"))).retry_after <= 61


async def test_what_one_replica_remembers_holds_for_all(replica: Replicas, evict: Evict) -> None:
    one, other = replica(), replica()
    await attempts(one, number=8)
    await evict()
    # It has seen nothing of the account; what it counts then is no reason to believe Redis again.
    assert await attempts(other, number=1) == 1
    assert await attempts(one, number=1) == 0
    assert await attempts(other, number=8) == 0


async def test_success_is_success_for_those_who_remember(replica: Replicas, evict: Evict) -> None:
    one, other = replica(), replica()
    await attempts(one, number=4)
    await evict()
    await other.attempt(ACCOUNT)
    await other.succeeded(ACCOUNT)
    assert await attempts(one, number=8) == 5


async def test_what_came_after_a_success_is_remembered_too(replica: Replicas, evict: Evict) -> None:
    one, other = replica(), replica()
    await attempts(one, number=3)
    await other.succeeded(ACCOUNT)
    await attempts(one, number=4)
    await evict()
    assert await attempts(one, number=8) == 1


async def test_what_is_remembered_ends_with_the_window_of_all(replica: Replicas) -> None:
    one, other, limit = replica(), replica(), parse("2/3seconds")
    await one.hit(limit, "login")
    began = time.monotonic()  # at the latest, however long it took to connect
    await asyncio.sleep(1)
    await other.hit(limit, "login")
    assert (await refusal_of(other.hit(limit, "login"))).retry_after <= 2
    await asyncio.sleep(began + 3.3 - time.monotonic())
    await other.hit(limit, "login")
    await one.hit(limit, "login")
