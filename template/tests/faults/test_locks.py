"""Transactions that get into each other's way: one is told to come back, none is an unhandled error."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from sqlalchemy import Update, func, select, text, update

from app.core.database import Database
from app.core.errors import Unavailable
from app.users.models import UserModel
from tests.factories import People
from tests.faults.engine import Engine

NOWAIT = text("SELECT id FROM users FOR UPDATE NOWAIT")
SERIALIZABLE = text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")


@pytest.fixture
async def ids(people: People) -> list[UUID]:
    """Return two users."""
    return [(await people.create()).id for _ in range(2)]


@pytest.fixture
async def opened(new_database: Callable[..., Database]) -> AsyncIterator[Callable[..., Database]]:
    """Return a function that opens a database, which is closed whatever happens."""
    async with AsyncExitStack() as stack:

        def begin(**changes: object) -> Database:
            database = new_database(**changes)
            stack.push_async_callback(database.aclose)
            return database

        yield begin


@pytest.fixture
def database(opened: Callable[..., Database]) -> Database:
    """Return a database in which a lock is waited for longer than the server needs to find a deadlock."""
    return opened(database_statement_timeout_seconds=20)


def renamed(user_id: UUID, name: str) -> Update:
    return update(UserModel).where(UserModel.id == user_id).values(full_name=name)


async def names(database: Database) -> list[str | None]:
    async with database.transaction(read_only=True) as session:
        return list(await session.scalars(select(UserModel.full_name).distinct()))


async def test_one_of_two_in_a_deadlock_is_told_to_come_back(database: Database, ids: list[UUID]) -> None:
    both_hold_one = asyncio.Barrier(2)

    async def rename_all(order: list[UUID], name: str) -> None:
        async with database.transaction() as session:
            await session.execute(renamed(order[0], name))
            await both_hold_one.wait()
            await session.execute(renamed(order[1], name))

    ends = await asyncio.gather(rename_all(ids, "A"), rename_all(ids[::-1], "B"), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "Unavailable"]
    assert await names(database) == ["A" if ends[0] is None else "B"]


async def test_what_cannot_be_serialised_is_told_to_come_back(database: Database, ids: list[UUID]) -> None:
    both_have_read = asyncio.Barrier(2)

    async def rename_one_of(all_of_them: list[UUID]) -> None:
        async with database.transaction() as session:
            await session.execute(SERIALIZABLE)
            await session.execute(select(func.count(UserModel.full_name)))
            await both_have_read.wait()
            await session.execute(renamed(all_of_them[0], "Ada"))

    ends = await asyncio.gather(rename_one_of(ids), rename_one_of(ids[::-1]), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "Unavailable"]
    assert sorted(map(str, await names(database))) == ["Ada", "Somebody"]


@pytest.mark.parametrize("error", [ValueError(), asyncio.CancelledError()])
async def test_a_connection_in_the_pool_keeps_no_lock(
    opened: Callable[..., Database], database: Database, ids: list[UUID], error: BaseException
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await session.execute(renamed(ids[0], "Ada"))
            raise error

    with pytest.raises(type(error)):
        await fail()
    other = opened()
    async with other.transaction() as session:
        await session.execute(NOWAIT)
    assert await names(database) == ["Somebody"]


async def test_a_lock_that_is_not_waited_for(database: Database, ids: list[UUID]) -> None:
    async with database.transaction() as session:
        await session.execute(renamed(ids[0], "Ada"))
        with pytest.raises(Unavailable):
            async with database.transaction() as second:
                await second.execute(NOWAIT)


async def test_a_lock_that_is_waited_for_too_long(opened: Callable[..., Database], ids: list[UUID]) -> None:
    database = opened(database_statement_timeout_seconds=1)
    async with database.transaction() as session:
        await session.execute(renamed(ids[0], "Ada"))
        with pytest.raises(Unavailable):
            async with database.transaction() as second:
                await second.execute(renamed(ids[0], "Byron"))
    assert "Byron" not in await names(database)


async def test_a_transaction_in_which_nothing_happens_does_not_keep_its_locks(
    opened: Callable[..., Database], database: Database, ids: list[UUID], engine: Engine
) -> None:
    impatient = opened(database_idle_transaction_timeout_seconds=1)
    async with impatient.transaction(read_only=True) as session:
        if not await session.scalar(text(engine.limits_idle_transactions)):
            pytest.skip("MySQL does not end idle transactions; MariaDB and PostgreSQL do")

    async def idle() -> None:
        async with impatient.transaction() as session:
            await session.execute(renamed(ids[0], "Ada"))
            async with database.transaction() as other:
                await other.execute(renamed(ids[0], "Byron"))
            await session.execute(renamed(ids[1], "Ada"))

    with pytest.raises(Unavailable):
        await idle()
    assert sorted(map(str, await names(database))) == ["Byron", "Somebody"]
