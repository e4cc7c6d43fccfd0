"""`app migrate`: a line for each revision; what goes wrong is one line, too."""

import re
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.core.dialect import MIGRATES_AS_A_WHOLE
from app.core.urls import address
from tests.cli.conftest import Run
from tests.cli.migrations import Write, revisions


def test_a_new_database_shows_a_line_for_each_revision(run: Run, empty_url: str) -> None:
    first, second = (run("migrate", DATABASE_URL=empty_url) for _ in range(2))

    *applied, last = first.stdout.splitlines()
    assert first.exit_code == 0, first.output
    assert [line.partition(": ")[0] for line in applied] == revisions()
    assert all(line.partition(": ")[2] for line in applied)
    assert last == f"The database is at revision {revisions()[-1]}."
    assert (second.exit_code, second.output) == (0, f"{last}\n")


def test_elsewhere_it_says_where_to_go(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("migrate")
    assert result.exit_code == 1
    assert result.output == "Run this in the project's folder: pyproject.toml with [tool.alembic] is not here.\n"


def test_a_database_that_is_away_is_named_without_its_password(run: Run, url_of_nobody: str) -> None:
    url = make_url(url_of_nobody)
    given = url.set(password="hunter2") if url.host else url
    result = run("migrate", DATABASE_URL=given.render_as_string(hide_password=False))
    assert result.exit_code == 75
    assert result.output == f"The database of DATABASE_URL ({address(url_of_nobody)}) cannot be reached.\n"


@pytest.mark.parametrize(
    ("upgrade", "reason"),
    [
        ('op.execute("DROP TABLE no_such_table")', "no_such_table"),
        ("op.no_such_operation()", "no_such_operation"),
        ("raise RuntimeError", "RuntimeError"),
        ('open("no_such_file")', "No such file or directory"),
    ],
)
def test_a_migration_that_fails_is_named_with_its_line(
    run: Run, write: Write, empty_url: str, upgrade: str, reason: str
) -> None:
    write(upgrade)
    result = run("migrate", DATABASE_URL=empty_url)

    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert re.match(r"Revision ffff01 \(versions/ffff01\.py, line 15\) failed: ", line), line
    assert reason in line
    assert line.endswith(" Nothing was changed." if MIGRATES_AS_A_WHOLE else " What was applied before stays.")
    assert result.stdout.splitlines()[-1].startswith(f"{revisions()[-1]}: ")


def test_what_the_line_says_is_left_is_left(run: Run, write: Write, empty_url: str, tmp_path: Path) -> None:
    write("raise RuntimeError")
    run("migrate", DATABASE_URL=empty_url)
    (tmp_path / "migrations" / "versions" / "ffff01.py").unlink()

    applied = run("migrate", DATABASE_URL=empty_url).stdout.splitlines()[:-1]
    assert [line.partition(": ")[0] for line in applied] == (revisions() if MIGRATES_AS_A_WHOLE else [])


def test_two_heads_are_one_line(run: Run, write: Write, empty_url: str) -> None:
    write("pass", revision="ffff01")
    write("pass", revision="ffff02")
    result = run("migrate", DATABASE_URL=empty_url)
    assert result.exit_code == 1
    [line] = result.output.splitlines()
    assert line.startswith("Multiple head revisions are present")


def test_a_bug_of_our_own_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr("app.cli.database.command.upgrade", fail)
    result = run("migrate")
    assert isinstance(result.exception, LookupError)
