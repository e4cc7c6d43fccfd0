"""`app.schedule`: the service keeps it while it runs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSim
from fastapi import FastAPI

from app import schedule
from app.resources import Resources
from app.schedule import CLEAN_UP, SCHEDULE, clean_up
from app.tasks.scheduler import Entry


async def test_the_service_keeps_the_schedule_while_it_runs(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Resources] = []

    async def note(resources: Resources) -> None:
        seen.append(resources)

    # CronSim reads a sixth field in front: seconds.
    monkeypatch.setattr(schedule, "SCHEDULE", (Entry("* * * * * *", note),))
    async with app.router.lifespan_context(app):
        resources: Resources = app.state.resources
        ends_at = datetime.now(UTC) + timedelta(seconds=3)
        while not seen and datetime.now(UTC) < ends_at:
            await resources.tasks.drain(1)
            await asyncio.sleep(0.05)
    assert seen[0] is resources


async def test_a_clean_up_deletes_everything_that_expires(resources: Resources) -> None:
    counts = await clean_up(resources)
    assert len(counts) >= len(CLEAN_UP)
    assert set(counts.values()) == {0}


def test_the_clean_up_runs_once_a_day() -> None:
    (entry,) = (entry for entry in SCHEDULE if entry.task is clean_up)
    ticks = CronSim(entry.cron, datetime(2026, 12, 31, tzinfo=UTC))
    assert [next(ticks).date().isoformat() for _ in range(3)] == ["2026-12-31", "2027-01-01", "2027-01-02"]
