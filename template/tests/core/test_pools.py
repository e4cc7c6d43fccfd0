"""`app.core.pools`: as many requests in the database as there are connections, and nobody overtakes."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.core.database import Database
from app.core.errors import Unavailable
from tests.database_threads import connections_have_ended


async def test_whoever_comes_last_does_not_overtake(new_database: Callable[..., Database]) -> None:
    database, order = new_database(database_pool_size=1), list[str]()

    async def read(name: str) -> None:
        async with database.transaction(read_only=True) as session:
            await session.execute(text("SELECT 1"))
            order.append(name)
            await asyncio.sleep(0.01)

    async def read_twice() -> None:
        await read("first")
        # Asks again in the moment in which the connection is given back.
        await read("again")

    await asyncio.gather(read_twice(), *map(read, "abc"))
    await database.aclose()
    assert order == ["first", "a", "b", "c", "again"]


async def test_whoever_waits_too_long_is_told_to_come_back(new_database: Callable[..., Database]) -> None:
    database = new_database(database_pool_size=1, database_acquire_timeout_seconds=0.05)
    async with database.transaction(read_only=True) as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(Unavailable):
            await database_answers(database)
    await database_answers(database)
    await database.aclose()


async def test_whoever_gives_up_takes_no_turn(new_database: Callable[..., Database]) -> None:
    database = new_database(database_pool_size=1)
    async with database.transaction(read_only=True) as session:
        await session.execute(text("SELECT 1"))
        waiting = [asyncio.create_task(database_answers(database)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.wait(waiting[:1])
    await asyncio.gather(*waiting[1:])
    await database.aclose()


async def test_a_connection_that_cannot_be_made_takes_no_turn(
    new_database: Callable[..., Database], url_of_nobody: str
) -> None:
    database = new_database(database_url=SecretStr(url_of_nobody), database_pool_size=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await database_answers(database)
    await database.aclose()
    await connections_have_ended()


async def database_answers(database: Database) -> None:
    async with database.transaction(read_only=True) as session:
        await session.execute(text("SELECT 1"))
