"""The transport on Redis 6.2 or newer: a stream with one group, a set of what is due later, a stream of the dead."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.tasks import redis_scripts
from app.tasks.redis_consumer import RedisConsumer
from app.tasks.redis_inbox import AWAY, GROUP, Entries, Keys, RedisInbox, declare
from app.tasks.redis_letters import Letters, milliseconds
from app.tasks.settings import TaskSettings
from app.tasks.transport import DeadLetter, Depth, Handle, TransportAway

#: An answer takes milliseconds; readiness has 1.5 seconds for all its checks.
PATIENCE_SECONDS, PING_SECONDS = 1.8, 1.0
#: Who finds all of them in use waits.
CONNECTIONS = 20
#: So many bodies go in one step.
BATCH = 500


def connect(settings: TaskSettings, *, name: str) -> "RedisTransport":
    """Return the transport; nothing is connected before it is used. All its keys begin with the name."""
    return RedisTransport(settings, Keys(f"{name}:jobs", f"{name}:later", f"{name}:dead"))


@asynccontextmanager
async def answers(seconds: float = PATIENCE_SECONDS) -> AsyncIterator[None]:
    """Turn every way of Redis to be away into one."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except AWAY as error:
        raise TransportAway(f"Redis does not answer: {error!r}") from error


class RedisTransport:
    """Jobs are entries of a stream until they are acknowledged: Redis never trims it."""

    def __init__(self, settings: TaskSettings, keys: Keys) -> None:
        self._settings = settings
        self._keys = keys
        # No retries: a second attempt could send twice, and its time belongs to the caller.
        pool = BlockingConnectionPool.from_url(
            settings.url,
            max_connections=CONNECTIONS,
            timeout=PATIENCE_SECONDS,
            protocol=2,
            socket_connect_timeout=1.5,
            socket_timeout=1.5,
            retry=Retry(NoBackoff(), 0),
        )
        self._client = Redis.from_pool(pool)
        self._letters = Letters(self._client, keys.dead)
        self._later = self._client.register_script(redis_scripts.LATER)

    async def start(self) -> None:
        """Make the group of the workers."""
        async with answers():
            await declare(self._client, self._keys)

    async def ping(self) -> None:
        """Ask for an answer."""
        async with answers(PING_SECONDS):
            await self._client.ping()

    async def send(self, *bodies: bytes, delay_seconds: float = 0) -> None:
        """Add to the stream, or to the set of what is due later."""
        for begin in range(0, len(bodies), BATCH):
            async with answers():
                await self._send(bodies[begin : begin + BATCH], delay_seconds)

    async def _send(self, bodies: Sequence[bytes], delay_seconds: float) -> None:
        if delay_seconds > 0:
            members = [uuid.uuid4().bytes + body for body in bodies]
            await self._later(keys=[self._keys.later], args=[round(delay_seconds * 1000), *members])
            return
        async with self._client.pipeline(transaction=True) as pipeline:
            for body in bodies:
                pipeline.xadd(self._keys.jobs, {"body": body, "again": 0})
            await pipeline.execute()

    async def consume(self, handle: Handle, stop: asyncio.Event, *, concurrency: int, prefetch: int) -> None:
        """Work until told to stop."""
        inbox = RedisInbox(self._client, self._keys, self._settings)
        consumer = RedisConsumer(inbox, self._settings, handle, stop, concurrency=concurrency)
        await consumer.run(size=concurrency + prefetch)

    async def bury(self, body: bytes, reason: str) -> None:
        """Add to the stream of the dead."""
        async with answers():
            await self._letters.bury(body, reason)

    async def dead(self, *, limit: int = 100) -> Sequence[DeadLetter]:
        """Read the beginning of the stream of the dead."""
        async with answers():
            return await self._letters.read(limit)

    async def take(self, dead_id: str) -> DeadLetter | None:
        """Remove an entry of it."""
        async with answers():
            return await self._letters.take(dead_id)

    async def depth(self) -> Depth:
        """Count; what a worker holds without having begun it counts as running."""
        async with answers():
            await declare(self._client, self._keys)
            async with self._client.pipeline(transaction=True) as pipeline:
                pipeline.xlen(self._keys.jobs)
                pipeline.xpending(self._keys.jobs, GROUP)
                pipeline.zcard(self._keys.later)
                pipeline.xlen(self._keys.dead)
                pipeline.xinfo_groups(self._keys.jobs)
                jobs, pending, later, dead, groups = await pipeline.execute()
            seen = next(group["last-delivered-id"] for group in groups if group["name"] == GROUP.encode())
            first = cast("Entries", await self._client.xrange(self._keys.jobs, min=b"(" + seen, count=1))
            now, _ = await self._client.time()
        running = pending["pending"]
        oldest = max(0.0, now - milliseconds(first[0][0]) / 1000) if first else None
        return Depth(max(0, jobs - running), running, later, dead, oldest)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
