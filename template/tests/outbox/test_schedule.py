"""`app.schedule` with workers: one of them hands a job over, with the receipt that keeps the others from it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cronsim import CronSim
from sqlalchemy import Engine, event

from app import schedule
from app.outbox.queue import OutboxQueue
from app.resources import Resources
from app.schedule import CLEAN_UP, SCHEDULE, clean_up, scheduled
from app.tasks.envelope import Envelope
from app.tasks.scheduler import Entry
from tests.memory_transport import MemoryTransport
from tests.waiting import until

DONE: list[Resources] = []


async def note(resources: Resources) -> None:
    """Remember that it ran."""
    DONE.append(resources)


async def test_of_many_workers_one_hands_a_job_over(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    DONE.clear()
    # CronSim reads a sixth field in front: seconds. This second and the next few, once.
    soon = datetime.now(UTC) + timedelta(seconds=2)
    monkeypatch.setattr(schedule, "SCHEDULE", (Entry(f"{soon.second} {soon.minute} {soon.hour} * * *", note),))
    async with scheduled(resources), scheduled(resources), scheduled(resources):
        await until(lambda: bool(DONE), within=10)
        await asyncio.sleep(0.3)
    await resources.tasks.drain(5)
    assert len(DONE) == 1
    assert isinstance(resources.transport, MemoryTransport)
    assert [Envelope.read(body).task for body in resources.transport.sent] == [f"{__name__}:note"]


async def test_jobs_of_a_request_cost_one_query(resources: Resources) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        async with resources.database.transaction() as session:
            queue = OutboxQueue(session, resources.outbox)
            for _ in range(3):
                queue.enqueue(note)
            await session.flush()
            written = [statement for statement in statements if not statement.startswith(("BEGIN", "PRAGMA"))]
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len(written) == 1, written
    assert written[0].startswith("INSERT INTO job_outbox")
    await resources.tasks.drain(5)


async def test_a_clean_up_deletes_everything_that_expires(resources: Resources) -> None:
    counts = await clean_up(resources)
    assert len(counts) >= len(CLEAN_UP)


def test_the_clean_up_runs_once_a_day() -> None:
    (entry,) = (entry for entry in SCHEDULE if entry.task is clean_up)
    ticks = CronSim(entry.cron, datetime(2026, 12, 31, tzinfo=UTC))
    assert [next(ticks).date().isoformat() for _ in range(2)] == ["2026-12-31", "2027-01-01"]
