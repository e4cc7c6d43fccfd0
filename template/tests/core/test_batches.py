"""`app.core.batches`: what has expired goes, a few rows at a time."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditModel
from app.audit.repository import AuditRepository
from app.core import repository
from app.core.batches import Batch, in_batches
from app.core.clock import utc_now, uuid7
from app.core.database import Database
from app.resources import Resources
from tests.auth.records import rows

NOW = utc_now()
OLD, NEW = NOW - timedelta(days=2), NOW
SIZE = 3


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at three rows at a time."""
    monkeypatch.setattr(repository, "BATCH", SIZE)


async def store(resources: Resources, ages: str) -> None:
    """Store events in this order: `o` is old, `n` is new."""
    async with resources.database.transaction() as session:
        session.add_all(
            AuditModel(id=uuid7(), event=f"{age}{number}", created_at=OLD if age == "o" else NEW)
            for number, age in enumerate(ages)
        )


async def delete_old(session: AsyncSession, after: UUID) -> Batch:
    return await AuditRepository(session).delete_before(NOW - timedelta(days=1), after)


async def left(resources: Resources) -> str:
    return "".join(event.event[0] for event in await rows(resources, AuditModel))


@pytest.mark.parametrize(
    ("ages", "deleted", "remaining"),
    [
        ("", 0, ""),
        ("n", 0, "n"),
        ("o", 1, ""),
        ("ooo", 3, ""),
        ("oooo", 4, ""),
        ("oooooooo", 8, ""),
        ("nnn" + "n", 0, "nnnn"),
        ("non" + "nno" + "o", 3, "nnnn"),
        ("oonoonoonoon", 8, "nnnn"),
    ],
)
async def test_deletes_what_is_old_and_leaves_the_rest(
    resources: Resources, ages: str, deleted: int, remaining: str
) -> None:
    await store(resources, ages)
    assert await in_batches(resources.database, delete_old) == deleted
    assert await left(resources) == remaining


async def test_stops_at_the_first_batch_without_an_old_row(resources: Resources) -> None:
    await store(resources, "ooo" + "nnn" + "ooo")
    assert await in_batches(resources.database, delete_old) == 3
    assert await left(resources) == "nnnooo"


async def test_each_batch_is_a_transaction_of_its_own(resources: Resources) -> None:
    await store(resources, "ooooooo")
    batches = 0

    async def fail_at_the_third(session: AsyncSession, after: UUID) -> Batch:
        nonlocal batches
        batches += 1
        done = await delete_old(session, after)
        if batches == 3:
            raise RuntimeError
        return done

    with pytest.raises(RuntimeError):
        await in_batches(resources.database, fail_at_the_third)
    assert await left(resources) == "o"


async def test_two_replicas_at_once_delete_and_count_each_row_once(
    resources: Resources, new_database: Callable[..., Database]
) -> None:
    await store(resources, "o" * 20 + "n" * 4)
    other = new_database()
    both_have_begun = asyncio.Barrier(2)

    async def together(session: AsyncSession, after: UUID) -> Batch:
        if after == UUID(int=0):
            await both_have_begun.wait()
        return await delete_old(session, after)

    async with asyncio.timeout(10):
        counts = await asyncio.gather(*(in_batches(each, together) for each in (resources.database, other)))
    await other.aclose()
    assert sum(counts) == 20
    assert await left(resources) == "nnnn"
