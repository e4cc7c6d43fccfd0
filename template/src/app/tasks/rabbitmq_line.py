"""The connection to RabbitMQ, and the queues behind it."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aio_pika import DeliveryMode, Message, connect
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractQueue
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from app.tasks.transport import TransportAway

#: What is raised when RabbitMQ is away, or refuses.
AWAY = (AMQPError, ChannelInvalidStateError, OSError)
#: Errors name the connection, which is the address with its user.
ADDRESS = re.compile(r"amqps?://[^\s\"'>]*")
CONNECT_SECONDS, PATIENCE_SECONDS, CLOSE_SECONDS = 1.5, 1.6, 0.2
#: A connection over which nothing came for three times as long is dead.
HEARTBEAT_SECONDS = 10
#: Ours is TASK_MAX_REDELIVERIES, which may change; an argument of a queue may not. RabbitMQ's own default would be 20.
NO_LIMIT = 1_000_000
#: Times to wait, in milliseconds: one queue for each, in which nothing waits behind what waits longer.
LEVELS = tuple(2**exponent for exponent in range(7, 27))
# The driver raises this, too: whoever catches it says so once, and a command in one line.
logging.getLogger("aiormq.connection").addFilter(
    lambda record: not str(record.msg).startswith("error when creating transport")
)
#: Moved from one queue to the next without a moment in which it is in none.
SAFELY = {"x-dead-letter-exchange": "", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the queues."""

    jobs: str
    dead: str

    def later(self, level: int) -> str:
        """Return the name of the queue in which messages wait so many milliseconds."""
        return f"{self.jobs}.later.{level}"

    def arguments(self, queue: str) -> dict[str, str | int]:
        """Return how a queue is declared. They must never change: RabbitMQ refuses what differs."""
        quorum: dict[str, str | int] = {"x-queue-type": "quorum", "x-delivery-limit": NO_LIMIT}
        if queue == self.jobs:
            return {**quorum, **SAFELY, "x-dead-letter-routing-key": self.dead}
        if queue == self.dead:
            return quorum
        level = int(queue.rpartition(".")[2])
        return {**quorum, **SAFELY, "x-dead-letter-routing-key": self.jobs, "x-message-ttl": level}


def message(body: bytes, message_id: str, headers: Mapping[str, str | int]) -> Message:
    """Return what outlives a restart of the broker."""
    return Message(body, message_id=message_id, headers=dict(headers), delivery_mode=DeliveryMode.PERSISTENT)


class Line:
    """One connection with one channel that confirms; opened when it is needed, and anew after a failure."""

    def __init__(self, url: str, names: Names) -> None:
        self._url = url
        self._names = names
        self._opening = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._declared: set[str] = set()

    @asynccontextmanager
    async def answers(self, seconds: float = PATIENCE_SECONDS) -> AsyncIterator[None]:
        """Turn every way of RabbitMQ to be away into one, and give up a connection on which it was."""
        try:
            async with asyncio.timeout(seconds):
                yield
        except AWAY as error:
            await self.aclose()
            raise TransportAway(f"RabbitMQ does not answer: {ADDRESS.sub('…', repr(error))}") from error

    async def open(self) -> AbstractConnection:
        """Return the connection."""
        async with self._opening:
            if self._connection is None or self._connection.is_closed:
                self._connection = await connect(self._url, timeout=CONNECT_SECONDS, heartbeat=HEARTBEAT_SECONDS)
            return self._connection

    async def channel(self) -> AbstractChannel:
        """Return the channel that confirms."""
        connection = await self.open()
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._declared.clear()
                self._channel = await new_channel(connection, on_return_raises=True)
            return self._channel

    async def extra_channel(self) -> AbstractChannel:
        """Return a new channel, which confirms nothing."""
        return await new_channel(await self.open(), publisher_confirms=False)

    async def declare(self, *queues: str) -> None:
        """Make queues that are not there."""
        channel = await self.channel()
        for queue in queues:
            if queue not in self._declared:
                await declare(channel, self._names, queue)
                self._declared.add(queue)

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        """Send, and wait until all are stored."""
        await self.declare(queue)
        exchange = (await self.channel()).default_exchange
        await asyncio.gather(*(exchange.publish(each, queue) for each in messages))

    async def aclose(self) -> None:
        """Close the connection; on one that is dead that would take for ever."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection:
            with suppress(*AWAY):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await connection.close()


async def new_channel(connection: AbstractConnection, **options: bool) -> AbstractChannel:
    """Open a channel.

    Raises:
        ConnectionResetError: when the connection has just ended; aio-pika says that by a RuntimeError.

    """
    try:
        return await connection.channel(**options)
    except RuntimeError as error:
        raise ConnectionResetError(str(error)) from error


async def declare(channel: AbstractChannel, names: Names, queue: str) -> AbstractQueue:
    """Make a queue that is not there."""
    return await channel.declare_queue(queue, durable=True, arguments=dict(names.arguments(queue)))
