"""`app migrate` and `app copy-database` on MySQL and MariaDB: texts are the same as themselves only."""

from collections.abc import Callable

import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.cli.conftest import Run

Change = Callable[..., None]


@pytest.fixture
def change(administrator: BlockingPortal, empty_url: str) -> Change:
    """Return a function that runs statements in the empty database; `{}` is its name."""

    async def run(*statements: str) -> None:
        async with create_async_engine(empty_url, poolclass=NullPool).begin() as connection:
            for statement in statements:
                await connection.execute(text(statement.format(f"`{make_url(empty_url).database}`")))

    return lambda *statements: administrator.call(run, *statements)


@pytest.mark.parametrize("collation", ["utf8mb4_general_ci", "utf8mb4_unicode_ci", "latin1_bin"])
def test_a_database_that_takes_different_texts_for_the_same_is_refused_with_the_statement_that_helps(
    run: Run, change: Change, empty_url: str, collation: str
) -> None:
    change(f"ALTER DATABASE {{}} CHARACTER SET {collation.partition('_')[0]} COLLATE {collation}")
    refused = run("migrate", DATABASE_URL=empty_url)
    assert (refused.exit_code, refused.stdout) == (78, "")
    [line] = refused.stderr.splitlines()
    assert line.startswith(f"DATABASE_URL: the database has the collation {collation}, ")

    change(line[line.index("ALTER DATABASE") :])
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0


def test_the_common_collation_that_tells_letters_apart_is_accepted(run: Run, change: Change, empty_url: str) -> None:
    change("ALTER DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0


def test_tables_from_before_are_refused_until_they_are_converted(run: Run, change: Change, empty_url: str) -> None:
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0
    convert = "ALTER TABLE alembic_version CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_{}"
    change(convert.format("general_ci"))

    for command in (["migrate"], ["copy-database", "--from", empty_url]):
        refused = run(*command, DATABASE_URL=empty_url)
        [line] = refused.stderr.splitlines()
        assert refused.exit_code != 0
        assert "DATABASE_URL: tables have collations for which different texts are the same: alembic_version (" in line

    change(convert.format("bin"))
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0
