"""`app migrate`, when the server has something against it."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.core.urls import address
from tests.cli.conftest import Run
from tests.cli.migrations import Write

IMPATIENT = {"postgresql": "SET lock_timeout = '100ms'", "mysql": "SET SESSION lock_wait_timeout = 1"}


def shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def test_an_account_that_is_refused_is_named_without_its_password(run: Run, worker_url: str) -> None:
    url = make_url(worker_url).set(username="no_such_account", password="hunter2")
    result = run("migrate", DATABASE_URL=shown(url))
    assert result.exit_code == 78
    assert result.output == (
        f"The database of DATABASE_URL ({address(worker_url)}) refuses the account that is given for it.\n"
    )


@pytest.mark.parametrize("command", ["migrate", "clean-up"])
def test_a_database_that_is_missing_is_not_taken_for_a_server_that_is_away(
    run: Run, worker_url: str, command: str
) -> None:
    result = run(command, DATABASE_URL=shown(make_url(worker_url).set(database="no_such_database")))
    assert result.exit_code == 78
    assert result.output.endswith(") does not exist, but its server answers.\n")
    assert result.output.count("\n") == 1


@pytest.fixture
def reader(run: Run, administrator: BlockingPortal, empty_url: str) -> Iterator[None]:
    """Keep reading a table: it cannot be altered meanwhile."""
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0

    async def read() -> AsyncConnection:
        connection = await create_async_engine(empty_url, poolclass=NullPool).connect()
        await connection.execute(text("SELECT count(*) FROM alembic_version"))
        return connection

    connection = administrator.call(read)
    yield
    administrator.call(connection.close)


@pytest.mark.usefixtures("reader")
def test_a_table_that_is_in_use_is_worth_another_attempt(run: Run, write: Write, empty_url: str) -> None:
    impatient = IMPATIENT[make_url(empty_url).get_backend_name()]
    write(f'op.execute("{impatient}"); op.execute("ALTER TABLE alembic_version ADD COLUMN extra INTEGER")')
    result = run("migrate", DATABASE_URL=empty_url)
    assert result.exit_code == 75
    [line] = result.stderr.splitlines()
    assert line.startswith("Revision ffff01 (versions/ffff01.py, line 15) failed: ")
