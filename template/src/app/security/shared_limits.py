"""Counts in Redis, which all replicas share, and in the memory of this process for when Redis is away."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from limits.aio.storage import MemoryStorage, RedisStorage, Storage

from app.core.redis import RedisAway, RedisClient

Answer = TypeVar("Answer")


class SharedLimits(Storage):
    """The store of a `Throttle`. The answer of Redis counts; without one, that of this process.

    Everything is counted in both, so that an outage gives nobody new attempts: this process goes on from what it has
    seen itself.
    """

    STORAGE_SCHEME = None

    def __init__(self, redis: RedisClient) -> None:
        super().__init__()
        self._redis = redis
        self._local = MemoryStorage()
        self._shared = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=f"{redis.prefix}:limits",
            connection_pool=redis.pool,  # type: ignore[arg-type]  # its own documentation says so
        )

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a store may raise; this one does not."""
        return RedisAway

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an event."""
        here = await self._local.incr(key, expiry, amount)
        return await self._ask(lambda: self._shared.incr(key, expiry, amount), here)

    async def get(self, key: str) -> int:
        """Return how many events were counted."""
        return await self._ask(lambda: self._shared.get(key), await self._local.get(key))

    async def get_expiry(self, key: str) -> float:
        """Return when the events of a key are forgotten, in seconds since 1970."""
        return await self._ask(lambda: self._shared.get_expiry(key), await self._local.get_expiry(key))

    async def clear(self, key: str) -> None:
        """Forget the events of a key."""
        await self._local.clear(key)
        await self._ask(lambda: self._shared.clear(key), None)

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

    async def _ask(self, question: Callable[[], Awaitable[Answer]], otherwise: Answer) -> Answer:
        try:
            async with self._redis.commands():
                return await question()
        except (RedisAway, ValueError):  # the latter when somebody has put a text where a number belongs
            return otherwise
