"""Deleting many rows a few at a time, so that nobody waits long for the locks and no statement takes long."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database

#: Rows that one statement looks at: some ten milliseconds of locks.
BATCH = 1_000


class Batch(NamedTuple):
    """What became of one batch: how many rows were deleted, and the last id that was looked at; None: that was all."""

    deleted: int
    last: UUID | None


async def in_batches(database: Database, delete_batch: Callable[[AsyncSession, UUID], Awaitable[Batch]]) -> int:
    """Delete batch after batch, each in a transaction of its own, and return the number of rows.

    Rows lie in the order of their making, and expire more or less in that order. So the first batch without an expired
    row ends it: the rest of the table is not read, and what expired out of turn waits for those in front of it. Several
    processes may do this at once: each row is deleted, and counted, by one of them.
    """
    total, last = 0, UUID(int=0)
    while True:
        async with database.transaction() as session:
            batch = await delete_batch(session, last)
        total += batch.deleted
        if batch.last is None or batch.deleted == 0:
            return total
        last = batch.last
