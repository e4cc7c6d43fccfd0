"""Counts in Redis, which all replicas share, and what this process remembers of them for when Redis does not know."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from limits.aio.storage import MemoryStorage, Storage
from redis.asyncio import Redis

from app.core.redis import RedisAway, RedisClient

Answer = TypeVar("Answer")

#: Where a counter begins again that somebody has cleared. One that Redis has dropped to make room is just not there.
CLEARED = -(10**9)
#: Counts (number, window in seconds) and returns the number and when it ends; goes on from what the caller remembers
#: (number, seconds left) where there is less, unless that was cleared.
COUNT = f"""
local found = tonumber(redis.call('GET', KEYS[1]))
if not found or (found >= 0 and found < tonumber(ARGV[3])) then
  redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
elseif found == {CLEARED} then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return {{redis.call('INCRBY', KEYS[1], ARGV[1]), redis.call('TTL', KEYS[1])}}
"""


class SharedLimits(Storage):
    """The store of a `Throttle`. The answer of Redis counts; without one, that of this process.

    This process remembers what it has last seen of every counter. So neither an outage gives anybody new attempts, nor
    a memory so full that Redis drops counters, which is what reading much through the cache can lead to.
    """

    STORAGE_SCHEME = None

    def __init__(self, redis: RedisClient) -> None:
        super().__init__()
        self._redis = redis
        self._local = MemoryStorage()
        self._count = redis.script(COUNT)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a store may raise; this one does not."""
        return RedisAway

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an event."""
        known, left = await self._local.get(key), int(await self._local.get_expiry(key) - time.time())
        if left < 1:
            known, left = 0, expiry
        numbers = [amount, expiry, known, left]
        answer = await self._ask(lambda _: self._count([self._key(key)], numbers), None)
        if answer is None:
            return await self._local.incr(key, expiry, amount)
        number, ends_in = answer
        return await self._remember(key, number, ends_in)

    async def get(self, key: str) -> int:
        """Return how many events were counted."""
        known = await self._local.get(key)
        number = await self._ask(lambda commands: _number(commands, self._key(key)), known)
        return number - CLEARED if number < 0 else max(number, known)

    async def get_expiry(self, key: str) -> float:
        """Return when the events of a key, which this process has just counted, are forgotten: seconds since 1970."""
        return await self._local.get_expiry(key)

    async def clear(self, key: str) -> None:
        """Forget the events of a key, here and wherever they are remembered."""
        await self._local.clear(key)
        await self._ask(lambda commands: commands.set(self._key(key), CLEARED, xx=True, keepttl=True), None)

    async def check(self) -> bool:
        """Tell whether Redis counts."""
        # Not that of the library, which takes the end of the time for an answer.
        try:
            await self._redis.ping()
        except RedisAway:
            return False
        return True

    async def reset(self) -> int | None:
        """Forget everything that this process knows; what replicas share stays."""
        return await self._local.reset()

    async def _remember(self, key: str, number: int, ends_in: int) -> int:
        was_cleared = number < 0
        number = number - CLEARED if was_cleared else number
        # Answers may overtake each other: the largest is the latest.
        if was_cleared or number > await self._local.get(key):
            await self._local.clear(key)
            await self._local.incr(key, ends_in, number)
        return number

    def _key(self, key: str) -> str:
        return f"{self._redis.prefix}:limits:{key}"

    async def _ask(self, question: Callable[[Redis], Awaitable[Answer]], otherwise: Answer) -> Answer:
        try:
            async with self._redis.commands() as commands:
                return await question(commands)
        except (RedisAway, ValueError):  # the latter when somebody has put a text where a number belongs
            return otherwise


async def _number(commands: Redis, key: str) -> int:
    return int(await commands.get(key) or 0)
