"""`app backup`: a whole copy or none, made while others write."""

import asyncio
import os
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import make_url

from app.core.database import Database
from app.core.dialect import DatabaseSettings, connect
from app.emails.mailer import MemoryMailer
from app.main import create_app
from app.resources import Resources, build_resources
from tests.cli.conftest import Run
from tests.factories import People, Person
from tests.operations.service import START

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
        assert copy.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_refuses_a_file_that_exists_in_one_line(run: Run, target: Path) -> None:
    target.write_text("precious")
    result = run("backup", str(target))
    assert (result.exit_code, result.output) == (1, f"{target} exists and is left as it is.\n")
    assert target.read_text() == "precious"


def test_a_damaged_database_gives_no_backup(run: Run, target: Path, source: Path) -> None:
    with closing(sqlite3.connect(source)) as database, database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'audit_events'")
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
    result = run("backup", str(target.parent / "away" / "file.db"))
    assert result.exit_code == 1
    assert "No such file or directory" in result.output
    assert result.output.count("\n") == 1


@pytest.fixture
async def restored(
    resources: Resources, database_settings: DatabaseSettings, tmp_path: Path, target: Path
) -> AsyncIterator[Callable[[], FastAPI]]:
    """Return a function that starts the service on what the backup holds, at another address."""
    begun: list[Resources] = []

    def start() -> FastAPI:
        file = tmp_path / "restored_test.db"
        file.write_bytes(target.read_bytes())
        url = SecretStr(f"sqlite+aiosqlite:///{file}")
        database = Database(connect(database_settings.model_copy(update={"database_url": url})))
        begun.append(
            build_resources(
                resources.settings,
                resources.security,
                database=database,
                mailer=MemoryMailer(),
                passwords=resources.passwords,
            )
        )
        return create_app(begun[-1])

    yield start
    for running in begun:
        await running.aclose()


async def rename(person: Person, acknowledged: dict[str, int]) -> None:
    """Write the next name, and note it once it is acknowledged."""
    number = acknowledged.get(person.email, 0) + 1
    response = await person.client.patch(ME, json={"full_name": f"Name {number}"})
    assert response.status_code == 200
    acknowledged[person.email] = number


async def test_what_was_acknowledged_while_others_wrote_is_there_after_a_restore(
    people: People, environment: dict[str, str], target: Path, tmp_path: Path, restored: Callable[[], FastAPI]
) -> None:
    persons = [await people.logged_in() for _ in range(4)]
    acknowledged: dict[str, int] = {}
    for person in persons:
        await rename(person, acknowledged)
    before = dict(acknowledged)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, "backup", str(target)), cwd=tmp_path, env={**os.environ, **environment}
    )
    while process.returncode is None:
        await asyncio.gather(*(rename(person, acknowledged) for person in persons))
    assert process.returncode == 0
    assert all(acknowledged[email] > before[email] for email in before), "nobody wrote during the backup"

    transport = httpx2.ASGITransport(app=restored())
    for person in persons:
        headers = {"Authorization": f"Bearer {person.access_token}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=headers) as client:
            number = int((await client.get(ME)).json()["full_name"].removeprefix("Name "))
            assert before[person.email] <= number <= acknowledged[person.email]
            assert (await client.patch(ME, json={"full_name": "Restored"})).status_code == 200
