"""Work at set times: each entry starts once per tick, however many processes wait for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cronsim import CronSim

from app.core.clock import utc_now
from app.core.errors import Unavailable
from app.tasks.queue import Task

log = structlog.get_logger(__name__)

#: A process that wakes up later than this (it slept, or was stopped) leaves the tick out.
TOLERANCE = timedelta(minutes=1)
#: The longest sleep in one piece, in seconds: the clock may be set meanwhile.
LONGEST_SLEEP = 60.0
#: Seconds until it is tried again while the database is away; a tick is given up when TOLERANCE has passed.
PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A task without arguments, and when it runs: the five fields of cron (crontab(5)), in UTC."""

    cron: str
    task: Task[[]]

    def __post_init__(self) -> None:
        """Read the expression, so that a wrong one is found at the start, with a CronSimError."""
        CronSim(self.cron, utc_now())

    @property
    def name(self) -> str:
        """The name of the task, as in the logs."""
        return getattr(self.task, "__name__", repr(self.task))

    def key(self, tick: datetime) -> str:
        """Return what stands for one run of it."""
        return f"schedule {self.name} {self.cron} {tick.isoformat()}"


class Scheduler:
    """Waits for the ticks of all entries, and begins each with the key of that run: who has it first, does it.

    A tick that passes while no process runs, or while the database is away for longer than a minute, is not made up
    for: the next one comes.
    """

    def __init__(self, entries: Iterable[Entry], begin: Callable[[Entry, str], Awaitable[None]]) -> None:
        self._entries = tuple(entries)
        self._begin = begin

    async def run(self) -> None:
        """Wait and start, until this is cancelled."""
        async with asyncio.TaskGroup() as group:
            for entry in self._entries:
                group.create_task(self._follow(entry), name=f"schedule {entry.name}")

    async def _follow(self, entry: Entry) -> None:
        while True:
            tick = next(CronSim(entry.cron, utc_now()))
            await _sleep_until(tick)
            try:
                await self._run_once(entry, tick)
            except Exception:
                log.exception("tick_failed", task=entry.name)

    async def _run_once(self, entry: Entry, tick: datetime) -> None:
        while utc_now() - tick < TOLERANCE:
            try:
                await self._begin(entry, entry.key(tick))
            except Unavailable:
                await asyncio.sleep(PAUSE)
                continue
            return
        log.error("tick_missed", task=entry.name, tick=tick.isoformat())


async def _sleep_until(moment: datetime) -> None:
    while (left := (moment - utc_now()).total_seconds()) > 0:  # noqa: ASYNC110 (a clock has no events)
        await asyncio.sleep(min(left, LONGEST_SLEEP))
