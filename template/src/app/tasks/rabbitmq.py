"""The transport on RabbitMQ 3.10 or newer: a queue of jobs, one of the dead, and one for each time to wait."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from aio_pika.exceptions import ChannelNotFoundEntity

from app.tasks.rabbitmq_consumer import RabbitConsumer
from app.tasks.rabbitmq_inbox import split
from app.tasks.rabbitmq_letters import Letters
from app.tasks.rabbitmq_line import LEVELS, PATIENCE_SECONDS, Line, Names, message
from app.tasks.settings import TaskSettings
from app.tasks.transport import DeadLetter, Depth, Handle

#: Readiness has 1.5 seconds for all its checks.
PING_SECONDS = 1.0
#: So many confirmations are waited for at once; a busy disk may take so long for each.
BATCH, STORING_SECONDS = 500, 0.01


def connect(settings: TaskSettings, *, name: str) -> "RabbitTransport":
    """Return the transport; nothing is connected before it is used. All its queues begin with the name."""
    return RabbitTransport(settings, Names(f"{name}.jobs", f"{name}.dead"))


class RabbitTransport:
    """Quorum queues: what RabbitMQ has confirmed is on the disks of most of its nodes."""

    def __init__(self, settings: TaskSettings, names: Names) -> None:
        self._settings = settings
        self._names = names
        self._line = Line(settings.url, names)
        self._letters = Letters(self._line, names)

    async def start(self) -> None:
        """Make the queues that are always needed."""
        async with self._line.answers():
            await self._line.declare(self._names.dead, self._names.jobs)

    async def ping(self) -> None:
        """Ask for an answer, which a new channel is."""
        async with self._line.answers(PING_SECONDS):
            await (await self._line.extra_channel()).close()

    async def send(self, *bodies: bytes, delay_seconds: float = 0) -> None:
        """Publish, and wait for the confirmations."""
        await self.start()
        queue, headers = self._names.jobs, {}
        if delay_seconds > 0:
            level, rest = split(round(delay_seconds * 1000))
            queue, headers = self._names.later(level), {"rest": rest}
        for batch in (bodies[begin : begin + BATCH] for begin in range(0, len(bodies), BATCH)):
            async with self._line.answers(PATIENCE_SECONDS + len(batch) * STORING_SECONDS):
                await self._line.publish(queue, [message(body, uuid.uuid4().hex, headers) for body in batch])

    async def consume(self, handle: Handle, stop: asyncio.Event, *, concurrency: int, prefetch: int) -> None:
        """Work until told to stop."""
        line = Line(self._settings.url, self._names)
        consumer = RabbitConsumer(line, self._line, self._names, self._settings, handle, stop, concurrency=concurrency)
        await consumer.run(size=concurrency + prefetch)

    async def bury(self, body: bytes, reason: str) -> None:
        """Publish to the queue of the dead."""
        headers = {"reason": reason, "buried_at": datetime.now(UTC).isoformat()}
        async with self._line.answers():
            await self._line.publish(self._names.dead, [message(body, uuid.uuid4().hex, headers)])

    async def dead(self, *, limit: int = 100) -> Sequence[DeadLetter]:
        """Read the beginning of that queue."""
        return await self._letters.read(limit)

    async def take(self, dead_id: str) -> DeadLetter | None:
        """Remove a message of it."""
        return await self._letters.take(dead_id)

    async def depth(self) -> Depth:
        """Count what no worker has; RabbitMQ tells others only on its port for management."""
        await self.start()
        async with self._line.answers():
            waiting, dead = [await self._count(queue) for queue in (self._names.jobs, self._names.dead)]
            later = [await self._count(self._names.later(level)) for level in LEVELS]
        return Depth(waiting, None, sum(later), dead, None)

    async def _count(self, queue: str) -> int:
        # Each on a channel of its own: asking for a queue that is not there ends it.
        channel = await self._line.extra_channel()
        try:
            declared = await channel.declare_queue(queue, passive=True)
        except ChannelNotFoundEntity:
            return 0
        await channel.close()
        return declared.declaration_result.message_count or 0

    async def aclose(self) -> None:
        """Close the connection."""
        await self._line.aclose()
