"""`app copy-database`: everything or nothing, from SQLite or from the service's own engine."""

import os
import pty
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.pool import NullPool

from app.core.models import Base
from app.resources import Resources
from tests.cli.conftest import Run, in_thread
from tests.cli.every_table import NONE, ROWS, TABLES
from tests.database import ROOT
from tests.operations.forks import Program, fork
from tests.operations.service import START

SCRIPTS = ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml"))
(HEAD,) = SCRIPTS.get_heads()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file of SQLite with rows in every table."""
    file = tmp_path / "source_test.db"
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).begin() as connection:
        Base.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(SCRIPTS, "head")
        for table in TABLES:
            connection.execute(insert(table), ROWS[table.name])
    return file


@pytest.fixture
def stored(resources: Resources) -> Callable[[], Any]:
    """Return a function that reads all rows of this test's database."""

    async def read() -> dict[str, list[dict[str, Any]]]:
        async with resources.database.transaction(read_only=True) as session:
            found = {table.name: await session.execute(select(table).order_by("id")) for table in TABLES}
        return {name: [dict(row) for row in rows.mappings()] for name, rows in found.items()}

    return read


def change(file: Path, statement: str) -> None:
    """Change the source behind everybody's back."""
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


async def test_every_row_arrives_as_it_was(
    run: Run, source: Path, database_url: str, stored: Callable[[], Any]
) -> None:
    result = await in_thread(run, "copy-database", "--from", f"sqlite:///{source}", "--to", database_url)
    assert (result.exit_code, result.stderr) == (0, "")
    *lines, total = [line.split(maxsplit=1) for line in result.output.splitlines()]
    assert {name: number for number, name in lines} == {table.name: "3" for table in TABLES}
    assert total[0] == str(3 * len(TABLES))
    assert await stored() == ROWS


async def test_the_target_is_the_database_of_the_service_unless_told_otherwise(
    run: Run, source: Path, stored: Callable[[], Any]
) -> None:
    assert (await in_thread(run, "copy-database", "--from", f"sqlite:///{source}")).exit_code == 0
    assert await stored() == ROWS


async def test_the_engine_of_the_service_is_read_as_well(
    run: Run, source: Path, database_url: str, empty_url: str
) -> None:
    assert (await in_thread(run, "copy-database", "--from", f"sqlite:///{source}")).exit_code == 0
    assert (await in_thread(run, "migrate", DATABASE_URL=empty_url)).exit_code == 0
    result = await in_thread(run, "copy-database", "--from", database_url, "--to", empty_url)
    assert result.exit_code == 0, result.output
    assert f"{3 * len(TABLES)}  rows copied" in result.output


async def refused(run: Run, source: object, **overrides: str) -> str:
    """Return the one line that says why nothing was copied."""
    result = await in_thread(run, "copy-database", "--from", str(source), **overrides)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(r"Nothing was copied: [^\n]+\.\n", result.stderr), result.stderr
    return result.stderr.removeprefix("Nothing was copied: ").removesuffix(".\n")


async def test_a_target_with_rows_is_refused(run: Run, source: Path, stored: Callable[[], Any]) -> None:
    await in_thread(run, "copy-database", "--from", f"sqlite:///{source}")
    assert (await refused(run, f"sqlite:///{source}")).startswith("--to is not empty: it has rows in ")
    assert await stored() == ROWS


async def test_a_target_without_tables_is_refused(run: Run, source: Path, empty_url: str) -> None:
    line = await refused(run, f"sqlite:///{source}", DATABASE_URL=empty_url)
    assert line == f"--to is at revision none, not at {HEAD}; `app migrate` brings it there"


async def test_a_source_of_another_revision_is_refused(run: Run, source: Path, stored: Callable[[], Any]) -> None:
    change(source, "UPDATE alembic_version SET version_num = 'older'")
    line = await refused(run, f"sqlite:///{source}")
    assert line == f"--from is at revision older, --to at {HEAD}; `app migrate` brings both to the same"
    assert await stored() == NONE


async def test_a_row_that_cannot_be_copied_leaves_the_target_empty(
    run: Run, source: Path, stored: Callable[[], Any]
) -> None:
    # The last of the tables: all others have been copied by then.
    change(source, f"UPDATE {TABLES[-1].name} SET created_at = 'never'")  # noqa: S608 - our own table
    assert "never" in await refused(run, f"sqlite:///{source}")
    assert await stored() == NONE


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("sqlite:////nowhere/app.db", "No such file or directory"),
        ("oracle://db/app", "--from names another engine"),
        ("nonsense", "--from is not a database address"),
    ],
)
async def test_a_source_that_cannot_be_read_is_named(run: Run, address: str, reason: str) -> None:
    assert reason in await refused(run, address)


async def test_a_terminal_sees_how_far_it_is(environment: dict[str, str], source: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    arguments, printed = ["copy-database", "--from", f"sqlite:///{source}"], tmp_path / "printed"
    terminal = Path(os.ttyname(theirs))
    process = await fork(
        Program(START, arguments, ROOT, {**os.environ, **environment}, stdout=printed, stderr=terminal)
    )
    code = await process.wait()
    # Without another end, reading ends where nothing was written.
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert code == 0, shown
    assert re.search(r"Copying  \[-+\] +0%.*\[#+\] +100%", shown, re.DOTALL)
    assert "Copying" not in printed.read_text()
