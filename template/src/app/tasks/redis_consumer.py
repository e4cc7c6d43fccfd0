"""One worker on Redis: it fetches, runs, shows that it is alive, and looks after what dead ones left."""

import asyncio
from contextlib import suppress

from app.tasks.absence import Absence
from app.tasks.crew import Crew, first_of, pause
from app.tasks.desk import Desk
from app.tasks.redis_inbox import AWAY, RedisInbox, RedisParcel
from app.tasks.settings import TaskSettings
from app.tasks.transport import Handle

#: How often it looks for what is due and for dead workers.
ROUND_SECONDS = 0.4


class RedisConsumer:
    """Consumes once."""

    def __init__(
        self, inbox: RedisInbox, settings: TaskSettings, handle: Handle, stop: asyncio.Event, *, concurrency: int
    ) -> None:
        self._inbox = inbox
        self._round_seconds = min(ROUND_SECONDS, settings.task_visibility_seconds / 3)
        self._stop = stop
        self._absence = Absence()
        self._desk: Desk[RedisParcel] = Desk(
            inbox, handle, self._absence, max_redeliveries=settings.task_max_redeliveries, away=AWAY
        )
        self._crew = Crew(self._desk.work, concurrency=concurrency)
        self._is_declared = False
        self._is_over = asyncio.Event()

    async def run(self, *, size: int) -> None:
        """Hold at most `size` deliveries until told to stop."""
        async with asyncio.TaskGroup() as group:
            fetching = group.create_task(self._fetch_all(size))
            group.create_task(self._keep_up())
            try:
                await self._stop.wait()
                self._absence.end()
                await self._desk.hand_back(self._crew.dismiss())
                await fetching
                await self._desk.hand_back(self._crew.dismiss())
                await self._crew.finish()
            finally:
                # Told, not only cancelled: redis-py may swallow that.
                self._absence.end()
                await self._desk.hand_back(self._crew.dismiss())
                await self._crew.cancel()
                self._is_over.set()
        with suppress(*AWAY):
            await self._inbox.leave()

    async def _fetch_all(self, size: int) -> None:
        while not self._absence.is_last:
            try:
                await self._fetch(size)
            except AWAY as error:
                self._is_declared = False
                await self._absence.wait(error)
            else:
                self._absence.is_over()

    async def _fetch(self, size: int) -> None:
        if not self._is_declared:
            await self._inbox.declare()
            self._is_declared = True
        await first_of(self._crew.has_room(size), self._stop.wait())
        if not self._absence.is_last:
            for parcel in await self._inbox.fetch(size - len(self._crew)):
                self._crew.add(parcel)

    async def _keep_up(self) -> None:
        while not self._is_over.is_set():
            with suppress(*AWAY):  # fetching says so
                await self._inbox.keep(self._crew.parcels())
                await self._inbox.look_after_others()
            await pause(self._round_seconds, self._is_over)
