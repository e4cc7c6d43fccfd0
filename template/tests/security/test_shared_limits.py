"""`app.security.shared_limits`: replicas count together; while Redis is away, each counts by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from limits import parse
from limits.aio.storage import MemoryStorage, Storage
from pydantic import SecretStr

from app.core.errors import TooManyRequests
from app.core.redis import RedisClient
from app.security.shared_limits import SharedLimits
from app.security.throttle import Throttle
from tests.redis_server import NewRedis
from tests.wire import Wire

ACCOUNT = "ada@example.com"
Replicas = Callable[[], Throttle]


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, patience: None, new_redis: NewRedis) -> Callable[[], Storage]:
    """Return a function that makes what a replica counts in: both kinds keep the same promises."""
    alone = MemoryStorage()
    return {"memory": lambda: alone, "redis": lambda: SharedLimits(new_redis())}[request.param]


@pytest.fixture
def near(new_redis: NewRedis, wire: Wire) -> RedisClient:
    """Return a client at the end of a wire."""
    return new_redis(redis_url=SecretStr(wire.url))


async def attempts(*throttles: Throttle, number: int) -> int:
    """Try so often, in turn, and return how many attempts were let through."""
    passed = 0
    for turn in range(number):
        try:
            await throttles[turn % len(throttles)].attempt(ACCOUNT)
        except TooManyRequests:
            continue
        passed += 1
    return passed


async def refusal_of(attempt: Awaitable[None]) -> TooManyRequests:
    """Return the refusal of an attempt."""
    with pytest.raises(TooManyRequests) as refusal:
        await attempt
    return refusal.value


async def test_replicas_share_the_attempts_of_an_account(store: Callable[[], Storage]) -> None:
    assert await attempts(Throttle(store()), Throttle(store()), number=12) == 5


async def test_replicas_share_the_delay_of_an_account(store: Callable[[], Storage]) -> None:
    one, other = Throttle(store()), Throttle(store())
    await attempts(one, number=6)
    assert 50 <= (await refusal_of(other.attempt(ACCOUNT))).retry_after <= 60


async def test_replicas_share_a_limit_and_when_it_ends(store: Callable[[], Storage]) -> None:
    one, other, limit = Throttle(store()), Throttle(store()), parse("3/minute")
    for throttle in (one, other, one):
        await throttle.hit(limit, "login", "192.0.2.1")
    for throttle in (one, other):
        assert 50 <= (await refusal_of(throttle.hit(limit, "login", "192.0.2.1"))).retry_after <= 61
        await throttle.hit(limit, "login", "192.0.2.2")


async def test_a_window_ends(store: Callable[[], Storage]) -> None:
    throttle, limit = Throttle(store()), parse("1/second")
    await throttle.hit(limit, "login")
    wait = (await refusal_of(throttle.hit(limit, "login"))).retry_after
    assert wait <= 2
    await asyncio.sleep(wait + 0.1)
    await throttle.hit(limit, "login")


async def test_success_at_one_replica_is_success_at_all(store: Callable[[], Storage]) -> None:
    one, other = Throttle(store()), Throttle(store())
    await attempts(one, other, number=8)
    await other.succeeded(ACCOUNT)
    assert await attempts(one, other, number=8) == 5


async def test_guesses_that_come_together_are_counted_one_by_one(store: Callable[[], Storage]) -> None:
    throttles = [Throttle(store()) for _ in range(4)]
    guesses = (throttles[number % 4].attempt(ACCOUNT) for number in range(40))
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert outcomes.count(None) == 5


async def test_no_address_is_kept_and_every_key_is_ours_and_ends(new_redis: NewRedis, patience: None) -> None:
    redis = new_redis()
    throttle = Throttle(SharedLimits(redis))
    await attempts(throttle, number=8)
    await throttle.hit(parse("3/minute"), "login", "192.0.2.1")
    async with redis.commands() as commands:
        keys = [key async for key in commands.scan_iter(match=f"{redis.prefix}:*")]
        assert len(keys) == 4
        assert all(b"ada" not in key for key in keys)
        assert all([0 < await commands.ttl(key) <= 86400 for key in keys])


async def test_an_outage_gives_nobody_new_attempts(near: RedisClient, wire: Wire) -> None:
    throttle = Throttle(SharedLimits(near))
    assert await attempts(throttle, number=4) == 4
    await wire.cut()
    assert await attempts(throttle, number=8) == 1


async def test_success_is_remembered_in_an_outage(near: RedisClient, wire: Wire) -> None:
    throttle = Throttle(SharedLimits(near))
    await attempts(throttle, number=4)
    await throttle.succeeded(ACCOUNT)
    await wire.cut()
    assert await attempts(throttle, number=8) == 5


async def test_limits_bite_from_the_beginning_without_redis(near: RedisClient, wire: Wire) -> None:
    await wire.cut()
    throttle, limit = Throttle(SharedLimits(near)), parse("3/minute")
    assert await attempts(throttle, number=8) == 5
    for _ in range(3):
        await throttle.hit(limit, "login")
    assert 50 <= (await refusal_of(throttle.hit(limit, "login"))).retry_after <= 61


async def test_nobody_waits_while_it_is_silent(near: RedisClient, wire: Wire) -> None:
    throttle = Throttle(SharedLimits(near))
    await throttle.attempt(ACCOUNT)
    wire.silence()
    await throttle.attempt(ACCOUNT)
    began = time.monotonic()
    assert await attempts(throttle, number=20) == 3
    assert time.monotonic() - began < 0.5


async def test_replicas_count_together_again_when_it_is_back(
    near: RedisClient, wire: Wire, new_redis: NewRedis
) -> None:
    one, other = Throttle(SharedLimits(near)), Throttle(SharedLimits(new_redis()))
    await attempts(other, number=4)
    await wire.cut()
    assert await attempts(one, number=1) == 1
    await wire.mend()
    await near.ping()
    assert await attempts(one, other, number=8) == 1


@pytest.mark.parametrize("name", ["attempts", "strikes", "gate"])
async def test_a_foreign_value_is_no_failure_and_no_way_around(new_redis: NewRedis, name: str) -> None:
    redis = new_redis()
    store = SharedLimits(redis)
    throttle = Throttle(store)
    await attempts(throttle, number=1)
    async with redis.commands() as commands:
        (key,) = [key async for key in commands.scan_iter(match=f"{redis.prefix}:*")]
        await commands.set(key.replace(b"attempts", name.encode()), "nonsense", ex=60)
    assert await attempts(throttle, number=8) <= 5


async def test_it_tells_whether_redis_counts(near: RedisClient, wire: Wire) -> None:
    store = SharedLimits(near)
    assert await store.check()
    await wire.cut()
    assert not await store.check()


async def test_a_reset_leaves_what_others_count(new_redis: NewRedis) -> None:
    one, other = SharedLimits(new_redis()), SharedLimits(new_redis())
    await one.incr("key", 60)
    await one.reset()
    assert await other.get("key") == 1
