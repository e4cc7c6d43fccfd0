"""Redis: one pool of connections, and what is known about whether it answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

from app.core.redis_settings import RedisSettings

log = structlog.get_logger(__name__)

#: How long anything that is asked may take, connecting included: requests wait for it.
PATIENCE_SECONDS = 0.5
#: Then nobody asks for so long; after that one asks for all.
PAUSE_SECONDS = 1.0
#: While it stays away, one line is logged in so long.
LOG_SECONDS = 60.0


class RedisAway(Exception):
    """Redis does not answer, or answers that it cannot serve; who asked goes on without it."""


class RedisClient:
    """Commands for Redis. When it is away, requests learn so at once, and only one a second waits to find out."""

    def __init__(self, pool: BlockingConnectionPool, *, prefix: str) -> None:
        self.pool = pool
        self.prefix = prefix
        self._commands = Redis(connection_pool=pool)
        self._away = False
        self._is_told = False
        self._asks_again_at = self._silent_until = 0.0

    @asynccontextmanager
    async def commands(self, *, whatever_is_known: bool = False) -> AsyncIterator[Redis]:
        """Open a block of commands, all of which together may take `PATIENCE_SECONDS`.

        Raises:
            RedisAway: when one fails, or when one failed a moment ago.

        """
        if self._away and not whatever_is_known:
            if monotonic() < self._asks_again_at:
                raise RedisAway
            self._asks_again_at = monotonic() + PAUSE_SECONDS
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                yield self._commands
        except (RedisError, OSError) as error:
            self._has_failed(error)
            raise RedisAway from error
        self._has_answered()

    def script(self, text: str) -> AsyncScript:
        """Return a Lua script, to be called in a block of commands."""
        return self._commands.register_script(text)

    async def ping(self) -> None:
        """Ask for an answer.

        Raises:
            RedisAway: when there is none.

        """
        async with self.commands(whatever_is_known=True) as redis:
            await redis.ping()

    async def aclose(self) -> None:
        """Close all connections."""
        await self.pool.aclose()

    def _has_failed(self, error: Exception) -> None:
        now = monotonic()
        self._away = True
        self._asks_again_at = now + PAUSE_SECONDS
        if now >= self._silent_until:
            self._silent_until = now + LOG_SECONDS
            self._is_told = True
            log.warning("redis_away", error=f"{type(error).__name__}: {error}"[:300])

    def _has_answered(self) -> None:
        self._away = False
        if self._is_told:
            self._is_told = False
            log.info("redis_back")


def connect_redis(settings: RedisSettings) -> RedisClient | None:
    """Return a client for these settings, which connects when it is first used; None without REDIS_URL."""
    return RedisClient(redis_pool(settings), prefix=settings.redis_prefix) if settings.url else None


def redis_pool(settings: RedisSettings) -> BlockingConnectionPool:
    """Return connections that give up soon; who finds none that is free waits."""
    return BlockingConnectionPool.from_url(
        settings.url,
        max_connections=settings.redis_pool_size,
        timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        # Once: requests wait, and clients of the library would otherwise repeat a command ten times.
        retry=Retry(NoBackoff(), 0),
        # Of Redis Enterprise; with them the pool no longer sees that a connection has ended.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
