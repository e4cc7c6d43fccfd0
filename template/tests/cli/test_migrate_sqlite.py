"""`app migrate`, when the file has something against it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.core.dialect import TROUBLES
from app.core.troubles import Trouble, trouble_of
from tests.cli.conftest import Run
from tests.cli.migrations import Write


@pytest.fixture
def file(empty_url: str) -> Path:
    """Return the file of the database without tables."""
    return Path(make_url(empty_url).database or "")


@pytest.fixture
def reader(run: Run, file: Path, empty_url: str) -> Iterator[None]:
    """Keep reading: without WAL nobody can commit meanwhile."""
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM alembic_version").fetchall()
        yield


def test_the_first_requests_find_a_file_that_is_read_while_it_is_written(run: Run, file: Path, empty_url: str) -> None:
    """Otherwise those of several processes change it at once, and all but one find it locked."""
    assert run("migrate", DATABASE_URL=empty_url).exit_code == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.usefixtures("reader")
def test_a_file_that_is_in_use_is_worth_another_attempt(run: Run, write: Write, file: Path, empty_url: str) -> None:
    write("pass")
    result = run("migrate", DATABASE_URL=empty_url)
    assert result.exit_code == 75
    assert result.stderr == f"The database of DATABASE_URL ({file}) is locked by another process.\n"


@pytest.mark.parametrize("command", ["migrate", "clean-up"])
def test_a_file_that_is_no_database_is_named(run: Run, file: Path, empty_url: str, command: str) -> None:
    file.write_text("A letter to somebody. " * 100)
    result = run(command, DATABASE_URL=empty_url)
    assert result.exit_code == 78
    assert result.stderr == f"The database of DATABASE_URL ({file}) is damaged, or something else.\n"


def test_a_file_that_may_only_be_read_is_told_apart(file: Path) -> None:
    file.touch()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("CREATE TABLE stray (id INTEGER)")
        assert trouble_of(caught.value, TROUBLES) is Trouble.REFUSED
