"""`app.core.sqlite`: one writer at a time, and what SQLite has to be told."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing

import pytest
from sqlalchemy import make_url, select, text

from app.audit.models import AuditModel
from app.core.database import Database


@pytest.fixture
async def database(new_database: Callable[..., Database]) -> AsyncIterator[Database]:
    """Return a database in which nobody waits long."""
    database = new_database(database_pool_size=2, database_statement_timeout_seconds=0.1)
    yield database
    await database.aclose()


async def test_writers_wait_for_each_other_in_order(database: Database) -> None:
    order: list[str] = []

    async def write(name: str) -> None:
        async with database.transaction() as session:
            session.add(AuditModel(event=name))
            await session.flush()
            order.append(f"{name} begins")
            await asyncio.sleep(0.005)
            order.append(f"{name} ends")

    await asyncio.gather(*map(write, "abcd"))
    assert order == [f"{name} {step}" for name in "abcd" for step in ("begins", "ends")]


@pytest.mark.parametrize("error", [ValueError(), asyncio.CancelledError()])
async def test_the_connection_in_the_pool_does_not_keep_the_lock(
    database: Database, database_url: str, error: BaseException
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            session.add(AuditModel(event="lost"))
            await session.flush()
            raise error

    with pytest.raises(type(error)):
        await fail()
    with closing(sqlite3.connect(make_url(database_url).database or "", timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")


async def test_every_connection_is_told_what_it_needs(database: Database) -> None:
    for read_only in (True, False):
        async with database.transaction(read_only=read_only) as session:
            assert await session.scalar(text("PRAGMA foreign_keys")) == 1
            assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert await session.scalar(text("PRAGMA query_only")) == int(read_only)


async def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.transaction() as writer:
        writer.add(AuditModel(event="not yet"))
        await writer.flush()
        async with database.transaction(read_only=True) as reader:
            assert (await reader.scalars(select(AuditModel.event))).all() == []
