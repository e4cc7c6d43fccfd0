"""`app.core.postgresql`: what only PostgreSQL says."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from app.core.database import Database
from app.core.errors import Unavailable


@pytest.fixture
async def database(new_database: Callable[..., Database]) -> AsyncIterator[Database]:
    """Return a database with a table that will change, and one connection that has prepared a statement for it."""
    database = new_database(database_pool_size=1)
    await change(database, "CREATE TABLE changing (id VARCHAR(20))")
    yield database
    await change(database, "DROP TABLE changing")
    await database.aclose()


async def change(database: Database, statement: str) -> None:
    """Change a table."""
    async with database.transaction() as session:
        await session.execute(text(statement))


async def read(database: Database) -> None:
    """Read the table."""
    async with database.transaction() as session:
        await session.execute(text("SELECT id FROM changing"))


async def test_a_table_that_changes_under_the_service_is_not_a_bug(
    database: Database, new_database: Callable[..., Database]
) -> None:
    await read(database)
    other = new_database()
    await change(other, "ALTER TABLE changing ALTER COLUMN id TYPE TEXT")
    await other.aclose()
    with pytest.raises(Unavailable):
        await read(database)
    await read(database)


@pytest.mark.parametrize("statement", ["SELECT missing FROM changing", "SELECT 1 / 0", "SELECT FROM WHERE"])
async def test_a_wrong_statement_is_a_bug(database: Database, statement: str) -> None:
    with pytest.raises(Exception, match=r"column|division|syntax") as raised:
        await change(database, statement)
    assert not isinstance(raised.value, Unavailable)
