"""`app backup` while others write, and what a service finds in the copy."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.core.database import Database
from app.core.dialect import DatabaseSettings, connect
from app.main import create_app
from app.resources import Resources
from tests.factories import People, Person
from tests.operations.forks import Program, fork
from tests.operations.service import START

ME = "/api/v1/users/me"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a file that is not there."""
    return tmp_path / "backup.db"


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
        begun.append(replace(resources, database=database))
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
    printed, complaints = tmp_path / "printed", tmp_path / "complaints"
    command = Program(
        START, ["backup", str(target)], tmp_path, {**os.environ, **environment}, stdout=printed, stderr=complaints
    )
    process = await fork(command)
    while process.returncode is None:
        await asyncio.gather(*(rename(person, acknowledged) for person in persons))
    assert process.returncode == 0, complaints.read_text()
    assert all(acknowledged[email] > before[email] for email in before), "nobody wrote during the backup"

    transport = httpx2.ASGITransport(app=restored())
    for person in persons:
        async with httpx2.AsyncClient(
            transport=transport,
            base_url="http://localhost:8000",
            headers=person.client.headers,
            cookies=person.client.cookies,
        ) as client:
            number = int((await client.get(ME)).json()["full_name"].removeprefix("Name "))
            assert before[person.email] <= number <= acknowledged[person.email]
            assert (await client.patch(ME, json={"full_name": "Restored"})).status_code == 200
