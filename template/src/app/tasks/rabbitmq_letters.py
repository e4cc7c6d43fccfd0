"""The queue of the dead, which people look into: RabbitMQ itself only knows how to take."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelClosed

from app.tasks.rabbitmq_line import Line, Names
from app.tasks.transport import DeadLetter

#: Between attempts to be the only one who looks.
TURN_SECONDS = 0.05


class Letters:
    """Takes all letters and puts them back; one reader at a time, for others would not see what it holds.

    All: RabbitMQ puts what comes back behind what has come back before, so a part would change the order.
    """

    def __init__(self, line: Line, names: Names) -> None:
        self._line = line
        self._names = names
        self._turn = asyncio.Lock()

    async def read(self, limit: int) -> list[DeadLetter]:
        """Return the oldest."""
        async with self._reading() as messages:
            letters = [_letter(message) for message in messages]
        return sorted(letters, key=lambda letter: letter.buried_at)[:limit]

    async def take(self, dead_id: str) -> DeadLetter | None:
        """Remove one."""
        async with self._reading() as messages:
            for message in messages:
                if message.message_id == dead_id:
                    await message.ack()
                    messages.remove(message)
                    return _letter(message)
        return None

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[list[AbstractIncomingMessage]]:
        async with self._turn:
            async with self._line.answers():
                await self._line.declare(self._names.dead)
                channel = await self._lock()
            messages = [message async for message in self._each(channel)]
            try:
                yield messages
            finally:
                async with self._line.answers():
                    await self._put_back(channel, len(messages))
                    await channel.queue_delete(f"{self._names.dead}.lock")
                    await channel.close()

    async def _lock(self) -> AbstractChannel:
        """Return a channel that has the queue which belongs to one connection at a time."""
        while True:
            channel = await self._line.extra_channel()
            try:
                await channel.declare_queue(f"{self._names.dead}.lock", exclusive=True, auto_delete=True)
            except ChannelClosed:
                await asyncio.sleep(TURN_SECONDS)
            else:
                return channel

    async def _each(self, channel: AbstractChannel) -> AsyncIterator[AbstractIncomingMessage]:
        queue = await channel.get_queue(self._names.dead, ensure=False)
        while True:
            async with self._line.answers():
                message = await queue.get(fail=False)
            if message is None:
                break
            yield message

    async def _put_back(self, channel: AbstractChannel, number: int) -> None:
        """Return what nobody has acknowledged, and wait until the next reader will see it."""
        await (await channel.get_underlay_channel()).basic_nack(0, multiple=True, requeue=True)
        for _ in count():
            queue = await channel.declare_queue(self._names.dead, passive=True)
            if (queue.declaration_result.message_count or 0) >= number:
                break
            await asyncio.sleep(TURN_SECONDS)


def _letter(message: AbstractIncomingMessage) -> DeadLetter:
    headers = message.headers
    reason, buried_at = headers.get("reason"), headers.get("buried_at")
    return DeadLetter(
        message.message_id or "",
        message.body,
        reason if isinstance(reason, str) else _reason_of_rabbitmq(headers),
        datetime.fromisoformat(buried_at) if isinstance(buried_at, str) else datetime.now(UTC),
    )


def _reason_of_rabbitmq(headers: Mapping[str, object]) -> str:
    return f"RabbitMQ gave up: {headers.get('x-first-death-reason', 'unknown')}"
