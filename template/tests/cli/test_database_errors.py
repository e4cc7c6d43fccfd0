"""Commands that need the database, where there is none, or an empty one."""

import asyncio

import pytest
from sqlalchemy import make_url

from app.core.dialect import migration_connection
from app.core.urls import address
from tests.cli.conftest import Run, in_thread


async def test_a_database_that_is_away_is_named_without_its_password(run: Run, url_of_nobody: str) -> None:
    url = make_url(url_of_nobody)
    given = (url.set(password="hunter2") if url.host else url).render_as_string(hide_password=False)
    result = await in_thread(run, "clean-up", DATABASE_URL=given)
    assert result.exit_code == 75
    assert result.output == f"The database of DATABASE_URL ({address(url_of_nobody)}) cannot be reached.\n"


@pytest.fixture
def url_without_tables(empty_url: str) -> str:
    """Return the address of a database that is there, and empty."""

    async def make() -> None:
        async with migration_connection(empty_url):
            pass

    asyncio.run(make())
    return empty_url


def test_a_database_without_tables_is_told_apart(run: Run, url_without_tables: str) -> None:
    result = run("clean-up", DATABASE_URL=url_without_tables)
    assert result.exit_code == 78
    place = address(url_without_tables)
    assert result.output == f"The database of DATABASE_URL ({place}) has no tables; run `app migrate`.\n"


async def test_settings_come_before_the_database(run: Run, url_of_nobody: str) -> None:
    result = await in_thread(run, "clean-up", DATABASE_URL=url_of_nobody, PORT="0")
    assert result.exit_code == 78
    assert result.output.startswith("PORT: ")
