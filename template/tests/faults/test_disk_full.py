"""No space for SQLite: what cannot be written is refused with 503, nothing is lost, and space is all that is needed."""

import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import make_url, text

from app.core.database import Database
from app.resources import Resources
from app.security.settings import SecuritySettings
from app.users.models import UserModel
from tests.answers import problem
from tests.auth.records import rows
from tests.factories import PASSWORD, People
from tests.faults.registrations import SETTINGS, Registrations
from tests.operations.conftest import StartService
from tests.operations.service import READY
from tests.security.limits import generous


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


async def may_hold(database: Database, pages: str) -> None:
    """Say how many pages the file may have."""
    async with database.transaction() as session:
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))


async def test_a_full_disk_refuses_what_needs_space(
    client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    person, acknowledged = await people.logged_in(), set[str]()
    await may_hold(resources.database, "1")  # as many as there are
    for number in range(500):
        email = f"new{number}@example.com"
        response = await client.post("/api/v1/users", json={"email": email, "password": PASSWORD})
        if response.status_code != 201:
            break
        acknowledged.add(email)
    assert problem(response) == (503, "unavailable")
    assert response.headers["retry-after"] == "1"
    assert (await person.client.get("/api/v1/users/me")).status_code == 200
    assert {user.email for user in await rows(resources, UserModel)} == acknowledged | {person.email}

    await may_hold(resources.database, "1000000")
    again = await client.post("/api/v1/users", json={"email": email, "password": PASSWORD})
    assert again.status_code == 201


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
async def test_a_disk_that_is_full_in_mid_load(start_service: StartService, database_url: str) -> None:
    service = await start_service(**SETTINGS)
    file = Path(make_url(database_url).database or "")
    load = Registrations(service)
    async with load.arriving(clients=4):
        await load.more(201)
        size = max(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (size + 4096, resource.RLIM_INFINITY))
        await load.more(503)
        assert (await service.ask(READY)).status == 200  # it can still be read
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await load.more(201)
    assert load.statuses.keys() == {201, 503}
    assert load.without_retry_after == 0
    service.terminate()
    assert await service.exit_code(within=20) == 0
    with closing(sqlite3.connect(file)) as connection:
        stored = {email for (email,) in connection.execute("SELECT email FROM users")}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert load.acknowledged - stored == set()
