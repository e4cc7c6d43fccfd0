"""`app backup`: a whole copy or none."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.cli.conftest import Run
from tests.cli.migrations import revisions

ME = "/api/v1/users/me"


@pytest.fixture
def source(database_url: str) -> Path:
    """Return the file of the database."""
    return Path(make_url(database_url).database or "")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a file that is not there, in a folder that is empty."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "2026-11-23.db"


def test_the_copy_is_one_sound_file_for_its_owner_only(run: Run, target: Path) -> None:
    result = run("backup", str(target))
    assert (result.exit_code, result.stderr) == (0, "")
    size = target.stat().st_size
    assert result.output == f"{target} holds {size:,} bytes, and its integrity is checked.\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM alembic_version").fetchone() == (min(1, len(revisions())),)


def test_refuses_a_file_that_exists_in_one_line(run: Run, target: Path) -> None:
    target.write_text("precious")
    result = run("backup", str(target))
    assert (result.exit_code, result.output) == (1, f"{target} exists and is left as it is.\n")
    assert target.read_text() == "precious"


def test_a_damaged_database_gives_no_backup(run: Run, target: Path, source: Path) -> None:
    with closing(sqlite3.connect(source)) as database, database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_schema SET rootpage = 999 WHERE name = 'alembic_version'")
    result = run("backup", str(target))
    assert result.exit_code == 1
    assert result.output.startswith(f"No backup of {source} in {target}: ")
    assert result.output.count("\n") == 1
    assert list(target.parent.iterdir()) == []


def test_a_database_that_is_away_gives_no_backup(run: Run, target: Path) -> None:
    away = target.parent / "away.db"
    result = run("backup", str(target), DATABASE_URL=f"sqlite:///{away}")
    assert (result.exit_code, result.output) == (
        1,
        f"No backup of {away} in {target}: unable to open database file.\n",
    )
    assert list(target.parent.iterdir()) == []


def test_a_folder_that_is_away_is_named(run: Run, target: Path) -> None:
    file = target.parent / "away" / "file.db"
    result = run("backup", str(file))
    assert result.exit_code == 1
    assert result.output.endswith(f" in {file}: No such file or directory ({file.parent}).\n")
    assert result.output.count("\n") == 1
