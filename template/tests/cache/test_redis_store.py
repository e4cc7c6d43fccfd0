"""`app.cache.redis`: Redis away is no cache, and what somebody else put there is nothing."""

import time

import pytest
from pydantic import SecretStr

from app.cache.cache import Cache
from app.cache.redis import RedisStore
from app.cache.store import Lease
from app.core.redis import RedisClient
from tests.cache.loading import Slow
from tests.redis_server import NewRedis
from tests.wire import Wire


@pytest.fixture
def near(new_redis: NewRedis, wire: Wire) -> RedisClient:
    """Return a client at the end of a wire."""
    return new_redis(redis_url=SecretStr(wire.url))


async def test_every_key_is_ours_and_ends(new_redis: NewRedis, redis_prefix: str) -> None:
    redis = new_redis()
    store = RedisStore(redis)
    await store.put("value", b"value", ttl_seconds=60)
    await store.take("lease", Lease())
    await store.take("filled", lease := Lease())
    await store.fill("filled", lease, b"value", ttl_seconds=60)
    async with redis.commands() as commands:
        names = {f"{redis_prefix}:cache:{name}".encode() for name in ("value", "lease", "filled")}
        assert {key async for key in commands.scan_iter(match=f"{redis_prefix}:*")} == names
        assert all([0 < await commands.pttl(name) <= 60_000 for name in names])


async def test_prefixes_keep_services_apart(new_redis: NewRedis, redis_prefix: str) -> None:
    ours, theirs = RedisStore(new_redis()), RedisStore(new_redis(redis_prefix=f"{redis_prefix}-2"))
    await ours.put("key", b"value", ttl_seconds=60)
    assert await theirs.look("key") is None
    await theirs.delete("key")
    assert await ours.look("key") == b"value"


@pytest.mark.parametrize("foreign", ["text", "", "{}", "list", "hash"])
async def test_what_somebody_else_put_there_is_nothing(new_redis: NewRedis, redis_prefix: str, foreign: str) -> None:
    redis, slow = new_redis(), Slow().at_once()
    name = f"{redis_prefix}:cache:key"
    async with redis.commands() as commands:
        if foreign == "list":
            await commands.rpush(name, "x")
        elif foreign == "hash":
            await commands.hset(name, "x", "y")
        else:
            await commands.set(name, foreign)
    store = RedisStore(redis)
    assert await store.look("key") is None
    await store.fill("key", Lease(), b"value", ttl_seconds=60)
    assert await store.look("key") is None
    assert [await Cache(store).get_or_load("key", slow, ttl_seconds=60) for _ in range(2)] == [b"fresh"] * 2
    assert slow.calls == 1


async def test_scripts_that_redis_has_forgotten_are_sent_again(new_redis: NewRedis) -> None:
    store = RedisStore(new_redis())
    # As after a restart: the hash of a script that nobody has sent.
    for script in (store._take, store._fill):
        script.sha = "0" * 40
    lease = Lease()
    assert await store.take("key", lease) == lease
    await store.fill("key", lease, b"value", ttl_seconds=60)
    assert await store.look("key") == b"value"


@pytest.mark.parametrize("silent", [True, False])
async def test_while_redis_is_away_everything_is_loaded_and_nobody_waits(
    near: RedisClient, wire: Wire, *, silent: bool
) -> None:
    cache, slow = Cache(RedisStore(near)), Slow().at_once()
    await cache.set("key", b"outdated", ttl_seconds=60)
    if silent:
        wire.silence()
    else:
        await wire.cut()
    await cache.get("key")
    began = time.monotonic()
    for _ in range(20):
        assert await cache.get_or_load("key", slow, ttl_seconds=60) == b"fresh"
    await cache.set("key", b"value", ttl_seconds=60)
    await cache.delete("key")
    assert slow.calls == 20
    assert time.monotonic() - began < 0.5


async def test_it_keeps_again_when_redis_is_back(near: RedisClient, wire: Wire) -> None:
    cache, slow = Cache(RedisStore(near)), Slow().at_once()
    await wire.cut()
    assert await cache.get("key") is None
    await wire.mend()
    await near.ping()
    assert [await cache.get_or_load("key", slow, ttl_seconds=60) for _ in range(2)] == [b"fresh"] * 2
    assert slow.calls == 1


async def test_redis_goes_away_while_somebody_loads(near: RedisClient, wire: Wire) -> None:
    cache = Cache(RedisStore(near))

    async def load() -> bytes:
        await wire.cut()
        return b"fresh"

    assert await cache.get_or_load("key", load, ttl_seconds=60) == b"fresh"
