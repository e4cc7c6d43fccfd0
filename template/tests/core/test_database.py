"""`app.core.database`: who commits, what is undone, what comes after."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import ForeignKey, String, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core.database import Database, after_commit, despite_error
from app.core.engines import ReadOnlyTransaction
from app.core.errors import Conflict, NotFound
from tests.core.tables import tables


class Own(DeclarativeBase):
    """Not the service's base: what compares its tables with the migrations must not see this one."""


class Note(Own):
    """A row of these tests."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(String(20), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id"))


@pytest.fixture
async def database(new_database: Callable[..., Database]) -> AsyncIterator[Database]:
    """Return a database with a table of notes."""
    database = new_database(database_pool_size=2)
    async with tables(database, Own.metadata):
        yield database
    await database.aclose()


async def notes(database: Database) -> list[str]:
    """Return the texts of all committed notes."""
    async with database.transaction(read_only=True) as session:
        return list(await session.scalars(select(Note.content).order_by(Note.content)))


async def test_the_end_of_the_block_commits(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Note(content="a"))
    assert await notes(database) == ["a"]


@pytest.mark.parametrize("error", [NotFound(), ValueError(), asyncio.CancelledError()])
async def test_any_exception_rolls_back(database: Database, error: BaseException) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            session.add(Note(content="a"))
            await session.flush()
            raise error

    with pytest.raises(type(error)):
        await fail()
    assert await notes(database) == []


async def test_a_constraint_that_is_violated_is_a_conflict(database: Database) -> None:
    with pytest.raises(Conflict):
        async with database.transaction() as session:
            session.add_all([Note(content="a"), Note(content="a")])
    assert await notes(database) == []


async def test_reading_only_cannot_write(database: Database) -> None:
    with pytest.raises(ReadOnlyTransaction):
        async with database.transaction(read_only=True) as session:
            await session.execute(insert(Note).values(content="a"))
    async with database.transaction(read_only=True) as session:
        session.add(Note(content="a"))
        with pytest.raises(ReadOnlyTransaction):
            await session.flush()
    assert await notes(database) == []


async def test_a_transaction_sees_what_it_has_written(database: Database) -> None:
    async with database.transaction() as session:
        assert (await session.scalars(select(Note))).all() == []
        session.add(Note(content="a"))
        await session.flush()
        assert (await session.scalars(select(Note.content))).all() == ["a"]
        assert await notes(database) == []


async def test_callbacks_come_after_the_commit_and_in_order(database: Database) -> None:
    seen: list[object] = []
    async with database.transaction() as session:
        after_commit(session, lambda: seen.append("first"))
        after_commit(session, lambda: seen.append("second"))
        session.add(Note(content="a"))
        assert seen == []
    assert seen == ["first", "second"]


async def test_callbacks_are_forgotten_when_the_commit_fails(database: Database) -> None:
    seen: list[str] = []

    async def fail() -> None:
        async with database.transaction() as session:
            after_commit(session, lambda: seen.append("never"))
            session.add_all([Note(content="a"), Note(content="a")])

    with pytest.raises(Conflict):
        await fail()
    assert seen == []


async def test_despite_error_keeps_its_block_and_nothing_else(database: Database) -> None:
    seen: list[str] = []

    async def fail() -> None:
        async with database.transaction() as session:
            session.add(Note(content="lost"))
            await session.flush()
            after_commit(session, lambda: seen.append("lost"))
            async with despite_error(session):
                session.add(Note(content="kept"))
                after_commit(session, lambda: seen.append("kept"))
            raise NotFound

    with pytest.raises(NotFound):
        await fail()
    assert await notes(database) == ["kept"]
    assert seen == ["kept"]


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(Conflict):
        async with database.transaction() as session:
            session.add(Note(content="a", parent_id=7))
