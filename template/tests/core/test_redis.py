"""`app.core.redis`: requests do not wait for a Redis that is away."""

import asyncio
import time
from collections.abc import Callable

import pytest
import structlog
from pydantic import SecretStr
from redis.exceptions import ResponseError

from app.core import redis as module
from app.core.redis import PATIENCE_SECONDS, RedisAway, RedisClient, connect_redis
from app.core.redis_settings import RedisSettings
from tests.operations.service import free_port
from tests.redis_server import NewRedis
from tests.wire import Wire


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of the client."""
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


@pytest.fixture
def redis(new_redis: NewRedis, wire: Wire) -> RedisClient:
    """Return a client at the end of a wire."""
    return new_redis(redis_url=SecretStr(wire.url))


async def echo(redis: RedisClient) -> object:
    """Ask for an answer, as a request does."""
    async with redis.commands() as commands:
        return await commands.echo("hello")


async def seconds_until_away(ask: Callable[[], object]) -> float:
    """Return how long it takes to learn that nobody answers."""
    began = time.monotonic()
    with pytest.raises(RedisAway):
        await ask()  # type: ignore[misc]
    return time.monotonic() - began


async def test_an_answer_is_handed_on(redis: RedisClient) -> None:
    assert await echo(redis) == b"hello"
    await redis.ping()


async def test_a_port_where_nobody_listens_is_noticed_at_once(new_redis: NewRedis) -> None:
    redis = new_redis(redis_url=SecretStr(f"redis://127.0.0.1:{free_port()}/0"))
    assert await seconds_until_away(redis.ping) < 0.3


async def test_a_redis_that_says_nothing_is_waited_for_briefly(redis: RedisClient, wire: Wire) -> None:
    await echo(redis)
    wire.silence()
    assert await seconds_until_away(redis.ping) < PATIENCE_SECONDS + 0.4


async def test_all_commands_of_a_block_together_are_waited_for_briefly(redis: RedisClient) -> None:
    async def ask() -> None:
        async with redis.commands() as commands:
            for _ in range(4):
                await commands.blpop(["nothing"], timeout=0.3)

    assert await seconds_until_away(ask) < PATIENCE_SECONDS + 0.2


async def test_one_a_second_waits_and_all_others_learn_at_once(redis: RedisClient, wire: Wire, clock: Clock) -> None:
    wire.silence()
    assert await seconds_until_away(lambda: echo(redis)) >= PATIENCE_SECONDS - 0.1
    assert await seconds_until_away(lambda: echo(redis)) < 0.1
    clock.now += 1.1
    waits = await asyncio.gather(*(seconds_until_away(lambda: echo(redis)) for _ in range(20)))
    assert sum(wait > PATIENCE_SECONDS - 0.1 for wait in waits) == 1


async def test_it_is_used_again_once_it_is_back(redis: RedisClient, wire: Wire, clock: Clock) -> None:
    await echo(redis)
    await wire.cut()
    await seconds_until_away(lambda: echo(redis))
    await wire.mend()
    await seconds_until_away(lambda: echo(redis))
    clock.now += 1.1
    assert await echo(redis) == b"hello"
    assert await echo(redis) == b"hello"


async def test_a_probe_that_finds_it_is_enough_for_all(redis: RedisClient, wire: Wire) -> None:
    await wire.cut()
    await seconds_until_away(lambda: echo(redis))
    await wire.mend()
    await redis.ping()
    assert await echo(redis) == b"hello"


async def test_connections_that_were_cut_while_nobody_used_them_are_replaced(redis: RedisClient, wire: Wire) -> None:
    await asyncio.gather(*(echo(redis) for _ in range(5)))
    await wire.cut()
    await wire.mend()
    assert await asyncio.gather(*(echo(redis) for _ in range(5))) == [b"hello"] * 5


async def test_it_tells_once_a_minute_that_it_is_away_and_once_that_it_is_back(
    redis: RedisClient, wire: Wire, clock: Clock
) -> None:
    with structlog.testing.capture_logs() as lines:
        await wire.cut()
        for _ in range(50):
            await seconds_until_away(lambda: echo(redis))
            clock.now += 1.1
        assert [line["event"] for line in lines] == ["redis_away"]
        clock.now += 10
        await seconds_until_away(lambda: echo(redis))
        assert [line["event"] for line in lines] == ["redis_away"] * 2
        await wire.mend()
        for _ in range(3):
            await redis.ping()
        # Away again within the same minute: known already.
        await wire.cut()
        await seconds_until_away(redis.ping)
    assert [line["event"] for line in lines] == ["redis_away", "redis_away", "redis_back"]
    assert lines[0]["error"].startswith("ConnectionError: Error ")


async def test_who_waits_for_a_free_connection_gets_it(new_redis: NewRedis) -> None:
    redis = new_redis(redis_pool_size=1)
    assert await asyncio.gather(*(echo(redis) for _ in range(50))) == [b"hello"] * 50


async def test_a_request_that_is_cancelled_leaves_no_answer_behind(redis: RedisClient, wire: Wire) -> None:
    await echo(redis)
    wire.silence()
    asking = asyncio.create_task(echo(redis))
    await asyncio.sleep(0.1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await wire.mend()
    async with redis.commands() as commands:
        assert await commands.echo("another") == b"another"


async def test_what_goes_wrong_in_the_block_itself_is_no_outage(redis: RedisClient) -> None:
    with pytest.raises(ZeroDivisionError):
        async with redis.commands():
            raise ZeroDivisionError
    assert await echo(redis) == b"hello"


async def test_a_refusal_counts_as_away(redis: RedisClient) -> None:
    with pytest.raises(RedisAway) as raised:
        async with redis.commands() as commands:
            await commands.setrange("nothing", -1, "x")
    assert isinstance(raised.value.__cause__, ResponseError)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "x" * 70])
async def test_a_host_that_cannot_be_found_is_away(new_redis: NewRedis, host: str) -> None:
    with pytest.raises(RedisAway):
        await new_redis(redis_url=SecretStr(f"redis://{host}")).ping()


def test_without_an_address_there_is_no_client() -> None:
    assert connect_redis(RedisSettings(environment="test", redis_url=SecretStr(""))) is None
