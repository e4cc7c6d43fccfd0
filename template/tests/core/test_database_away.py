"""`app.core.database` when there is nobody to talk to."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from app.core.database import Database
from app.core.errors import Conflict, Unavailable
from tests.database_threads import connections_have_ended


def server_error(sqlstate: str) -> Exception:
    """Return an error as asyncpg raises it."""
    error = Exception()
    error.sqlstate = sqlstate  # type: ignore[attr-defined]
    return error


@pytest.fixture
def away(new_database: Callable[..., Database], url_of_nobody: str) -> Database:
    """Return a database that does not answer."""
    return new_database(database_url=SecretStr(url_of_nobody))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InterfaceError("", None, Exception()), Unavailable),
        (DatabaseError("", None, Exception("file is not a database")), Unavailable),
        (DBAPIError("", None, Exception(), connection_invalidated=True), Unavailable),
        (DBAPIError("", None, server_error("40P01")), Unavailable),
        (DBAPIError("", None, server_error("42601")), DBAPIError),
        (ProgrammingError("", None, Exception()), ProgrammingError),
        (StaleDataError(), Conflict),
        (FileNotFoundError("an endpoint's own"), FileNotFoundError),
    ],
)
async def test_a_database_that_is_away_is_unavailable(away: Database, error: Exception, told: type[Exception]) -> None:
    with pytest.raises(told) as raised:
        async with away.transaction():
            raise error
    assert raised.value is error or raised.value.__cause__ is error


async def test_a_statement_for_nobody_is_unavailable(away: Database) -> None:
    with pytest.raises(Unavailable):
        async with away.transaction() as session:
            await session.execute(text("SELECT 1"))
    await connections_have_ended()


async def test_a_ping_fails(away: Database) -> None:
    with pytest.raises((DBAPIError, OSError)):
        await away.ping()
    await connections_have_ended()


async def test_nothing_is_connected_before_the_first_statement(away: Database) -> None:
    async with away.transaction():
        pass
    async with away.transaction(read_only=True):
        pass
