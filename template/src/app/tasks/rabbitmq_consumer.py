"""One worker on RabbitMQ: it gets what it has room for, runs it, and connects again after an absence."""

import asyncio
from collections import deque
from contextlib import suppress
from itertools import count

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from app.tasks.absence import Absence
from app.tasks.crew import Crew, first_of
from app.tasks.desk import Desk
from app.tasks.rabbitmq_inbox import RabbitInbox, RabbitParcel, parcel_of
from app.tasks.rabbitmq_line import AWAY, PATIENCE_SECONDS, Line, Names, declare
from app.tasks.settings import TaskSettings
from app.tasks.transport import Handle

#: How often it looks whether its connection still stands.
ROUND_SECONDS = 0.3


class RabbitConsumer:
    """Consumes once. Its connection is its own: where publishers are held up, workers are not."""

    def __init__(
        self,
        line: Line,
        publishing: Line,
        names: Names,
        settings: TaskSettings,
        handle: Handle,
        stop: asyncio.Event,
        *,
        concurrency: int,
    ) -> None:
        self._line = line
        self._names = names
        self._limit = settings.task_max_redeliveries
        self._stop = stop
        self._inbox = RabbitInbox(publishing, names)
        self._absence = Absence()
        self._desk: Desk[RabbitParcel] = Desk(
            self._inbox, handle, self._absence, max_redeliveries=self._limit, away=AWAY
        )
        self._crew = Crew(self._work, concurrency=concurrency)
        #: Those on their last chance. RabbitMQ counts whatever a dead worker held: so the others are sent away before.
        self._suspects: deque[RabbitParcel] = deque()
        self._suspected = asyncio.Event()
        self._tap: tuple[AbstractQueue, str] | None = None

    async def run(self, *, size: int) -> None:
        """Hold at most `size` deliveries until told to stop."""
        try:
            while not self._stop.is_set():
                try:
                    await self._take(size)
                except AWAY as error:
                    self._crew.release()  # RabbitMQ has given it to others
                    self._suspects.clear()
                    await self._line.aclose()
                    await first_of(self._absence.wait(error), self._stop.wait())
            await self._hand_back()
            await self._crew.finish()
        finally:
            with suppress(*AWAY):
                await self._take_no_more()
            await self._hand_back()
            await self._crew.cancel()
            await self._line.aclose()

    async def _hand_back(self) -> None:
        self._absence.end()
        rest = [*self._crew.dismiss(), *self._suspects]
        self._suspects.clear()
        await self._desk.hand_back(rest)

    async def _take(self, size: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            channel = await self._line.extra_channel()
            await channel.set_qos(prefetch_count=size)
            queue = await declare(channel, self._names, self._names.jobs)
        self._absence.is_over()
        while not self._stop.is_set():
            await self._consume(channel, queue)
            await self._try_suspect()

    async def _consume(self, channel: AbstractChannel, queue: AbstractQueue) -> None:
        """Take what comes, until told to stop or until there is a suspect; then send away what has not begun."""
        self._suspected.clear()
        async with asyncio.timeout(PATIENCE_SECONDS):
            tag = await queue.consume(self._receive)
        self._tap = queue, tag
        await first_of(self._stop.wait(), self._suspected.wait(), _end_of(channel, tag))
        rest = self._crew.dismiss() if self._stop.is_set() else self._crew.release()
        # Before anything is given back: it could return to this worker, and count.
        await self._take_no_more()
        while len(self._suspects) > 1:
            rest.append(self._suspects.pop())
        await self._desk.hand_back([*rest, *self._crew.release()])

    async def _take_no_more(self) -> None:
        tap, self._tap = self._tap, None
        if tap:
            queue, tag = tap
            async with asyncio.timeout(PATIENCE_SECONDS):
                await queue.cancel(tag)

    async def _try_suspect(self) -> None:
        """Run it when nobody else is here."""
        await first_of(self._crew.finish(), self._stop.wait())
        if self._suspects and not self._stop.is_set():
            self._crew.add(self._suspects.popleft())
            await first_of(self._crew.finish(), self._stop.wait())

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        parcel = parcel_of(message, limit=self._limit)
        if parcel.is_last_chance:
            self._suspects.append(parcel)
            self._suspected.set()
        else:
            self._crew.add(parcel)

    async def _work(self, parcel: RabbitParcel) -> None:
        if parcel.rest:
            await self._desk.settle(lambda: self._inbox.forward(parcel))
        else:
            await self._desk.work(parcel)


async def _end_of(channel: AbstractChannel, tag: str) -> None:
    """Wait until RabbitMQ sends nothing any more: also when somebody has removed the queue."""
    underlay = await channel.get_underlay_channel()
    for _ in count():
        if channel.is_closed or tag not in underlay.consumers:  # type: ignore[attr-defined]
            break
        await asyncio.sleep(ROUND_SECONDS)
    raise ConnectionResetError("RabbitMQ ended the consumer")
