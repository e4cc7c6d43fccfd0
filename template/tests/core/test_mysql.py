"""`app.core.mysql`: what only MySQL and MariaDB say."""

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from app.core.database import Database
from app.core.errors import Unavailable


@pytest.fixture
async def limited(new_database: Callable[..., Database], database_url: str) -> AsyncIterator[Database]:
    """Return a database for an account that may have one connection."""
    url, administrator, name = make_url(database_url), new_database(), f"limited_{uuid4().hex[:8]}"
    async with administrator.transaction() as session:
        await session.execute(text(f"CREATE USER {name} IDENTIFIED BY 'opensesame' WITH MAX_USER_CONNECTIONS 1"))
        await session.execute(text(f"GRANT SELECT ON `{url.database}`.* TO {name}"))
    own = url.set(username=name, password="opensesame").render_as_string(hide_password=False)
    database = new_database(database_url=SecretStr(own))
    yield database
    await database.aclose()
    async with administrator.transaction() as session:
        await session.execute(text(f"DROP USER {name}"))
    await administrator.aclose()


async def test_an_account_that_has_all_its_connections_is_told_to_come_back(limited: Database) -> None:
    async with limited.transaction(read_only=True) as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(Unavailable):
            await read(limited, "SELECT 1")
    await read(limited, "SELECT 1")


async def test_a_wrong_statement_is_a_bug(new_database: Callable[..., Database]) -> None:
    database = new_database()
    try:
        with pytest.raises(OperationalError, match="Unknown column"):
            await read(database, "SELECT missing FROM alembic_version")
    finally:
        await database.aclose()


async def read(database: Database, statement: str) -> None:
    """Read."""
    async with database.transaction(read_only=True) as session:
        await session.execute(text(statement))
