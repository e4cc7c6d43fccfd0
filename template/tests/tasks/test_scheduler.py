"""`app.tasks.scheduler`: one run per tick, and no harm from what goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest
from cronsim import CronSimError

from app.core.clock import utc_now
from app.core.errors import Unavailable
from app.resources import Resources
from app.tasks import scheduler
from app.tasks.scheduler import Entry, Scheduler
from tests.waiting import until


class Tenths:
    """A cron whose smallest unit is a tenth of a second: tests cannot wait for minutes."""

    def __init__(self, _cron: str, now: datetime) -> None:
        self._now = now

    def __next__(self) -> datetime:
        """Return the next tick."""
        return self._now.replace(microsecond=0) + timedelta(seconds=(self._now.microsecond // 100_000 + 1) / 10)


@pytest.fixture
def every_tick(monkeypatch: pytest.MonkeyPatch) -> Entry:
    """Return an entry that is due ten times a second."""
    monkeypatch.setattr(scheduler, "CronSim", Tenths)
    monkeypatch.setattr(scheduler, "PAUSE", 0.02)
    return Entry("* * * * *", count)


async def count(_resources: Resources) -> None:
    """Stand for a task; these tests count what is started."""


@asynccontextmanager
async def running(*schedulers: Scheduler) -> AsyncIterator[None]:
    """Run schedulers beside the block."""
    tasks = [asyncio.create_task(scheduler.run()) for scheduler in schedulers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def test_each_tick_has_one_key_for_all_replicas(every_tick: Entry) -> None:
    keys: list[str] = []

    async def begin(_entry: Entry, key: str) -> None:
        keys.append(key)

    async with running(*(Scheduler([every_tick], begin) for _ in range(3))):
        await until(lambda: len(set(keys)) >= 3)
    assert 2 * len(set(keys)) < len(keys) <= 3 * len(set(keys))


async def test_a_failure_does_not_end_the_schedule(every_tick: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    keys: list[str] = []

    async def fail(_entry: Entry, key: str) -> None:
        keys.append(key)
        raise RuntimeError("no power")

    async with running(Scheduler([every_tick], fail)):
        await until(lambda: len(set(keys)) >= 2)
    assert "tick_failed" in capsys.readouterr().out


async def test_a_tick_waits_for_the_database_to_come_back(every_tick: Entry) -> None:
    keys: list[str] = []

    async def away_at_first(_entry: Entry, key: str) -> None:
        keys.append(key)
        if len(keys) <= 2:
            raise Unavailable

    async with running(Scheduler([every_tick], away_at_first)):
        await until(lambda: len(keys) >= 4)
    assert keys[0] == keys[1] == keys[2] != keys[3]


async def test_a_tick_that_nobody_could_run_is_left_out(
    every_tick: Entry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scheduler, "TOLERANCE", timedelta(seconds=0.05))
    keys: list[str] = []

    async def away(_entry: Entry, key: str) -> None:
        keys.append(key)
        raise Unavailable

    async with running(Scheduler([every_tick], away)):
        await until(lambda: len(set(keys)) >= 3)
    assert "tick_missed" in capsys.readouterr().out


@pytest.mark.parametrize("cron", ["", "* * * *", "61 * * * *", "daily"])
def test_a_wrong_entry_is_found_at_the_start(cron: str) -> None:
    with pytest.raises(CronSimError):
        Entry(cron, count)


def test_the_key_of_a_run_fits_into_the_table() -> None:
    assert len(Entry("17 3 1,15 * *", count).key(utc_now())) <= 200
