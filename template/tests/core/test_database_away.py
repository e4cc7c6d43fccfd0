"""`app.core.database` when there is nobody to talk to."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, InterfaceError

from app.core.database import Database
from app.core.errors import Unavailable
from tests.security.connections import connections_have_ended


@pytest.fixture
def away(tmp_path: Path) -> Database:
    """Return a database in a folder that does not exist."""
    url = f"sqlite+aiosqlite:///{tmp_path}/away/service_test.db"
    return Database(url, pool_size=1, acquire_timeout=0.1, statement_timeout=0.1)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionRefusedError(), Unavailable),
        (InterfaceError("", None, Exception()), Unavailable),
        (DBAPIError("", None, Exception(), connection_invalidated=True), Unavailable),
        (DBAPIError("", None, Exception()), DBAPIError),
    ],
)
async def test_a_database_that_is_away_is_unavailable(away: Database, error: Exception, told: type[Exception]) -> None:
    with pytest.raises(told) as raised:
        async with away.transaction():
            raise error
    assert raised.value is error or raised.value.__cause__ is error


async def test_a_ping_fails(away: Database) -> None:
    with pytest.raises(DBAPIError):
        await away.ping()
    await connections_have_ended()


async def test_nothing_is_connected_before_the_first_statement(away: Database) -> None:
    async with away.transaction():
        pass
    async with away.transaction(read_only=True):
        pass
