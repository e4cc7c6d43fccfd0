"""Rule 10: when the database is away or busy, the answer is 503 with Retry-After."""

from collections.abc import Callable

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from app.core.database import Database
from app.core.dialect import DatabaseSettings
from app.resources import Resources
from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.credentials import LOGIN, PUBLIC, login_with
from tests.database_threads import connections_have_ended
from tests.factories import PASSWORD, People
from tests.security.limits import generous
from tests.security.surface import endpoints


@pytest.fixture
def database_settings(database_settings: DatabaseSettings) -> DatabaseSettings:
    """Return settings with one connection, for which nobody waits long."""
    changes = {"database_pool_size": 1, "database_acquire_timeout_seconds": 0.05}
    return database_settings.model_copy(update={**changes, "database_statement_timeout_seconds": 0.2})


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


class TestAway:
    """Nobody answers."""

    @pytest.fixture
    def database_settings(self, database_settings: DatabaseSettings, url_of_nobody: str) -> DatabaseSettings:
        """Return settings with the address of a database that is away."""
        return database_settings.model_copy(update={"database_url": SecretStr(url_of_nobody)})

    async def test_every_endpoint_that_needs_it_says_so(
        self, app: FastAPI, client: httpx2.AsyncClient, unchecked: dict[str, str]
    ) -> None:
        without = {"/health/live", "/.well-known/jwks.json", "/health/ready"}
        # Answers at once, so that it takes the same time for every address; the mail is what fails.
        without.add("/api/v1/auth/password-reset")
        for endpoint in endpoints(app):
            if endpoint.path in without:
                continue
            if not endpoint.public:
                client.headers.update(unchecked)
            response = await endpoint.call(client)
            assert problem(response) == (503, "unavailable"), endpoint
            assert response.headers["retry-after"] == "1", endpoint
        await connections_have_ended()

    async def test_what_does_not_need_it_still_answers(self, client: httpx2.AsyncClient) -> None:
        for path in ("/health/live", *(path for method, path in PUBLIC if method == "GET")):
            assert (await client.get(path)).status_code == 200


async def test_a_write_that_waits_too_long_for_its_turn(
    client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    person = await people.logged_in()
    async with resources.database.transaction() as session:
        await session.execute(text("SELECT 1"))
        response = await client.post(LOGIN, **login_with("ada@example.com", PASSWORD))
    assert problem(response) == (503, "unavailable")
    assert response.headers["retry-after"] == "1"
    assert (await person.log_in()).is_success


async def test_a_read_that_waits_too_long_for_a_connection(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    async with resources.database.transaction(read_only=True) as session:
        await session.execute(text("SELECT 1"))
        response = await person.client.get("/api/v1/users/me")
    assert problem(response) == (503, "unavailable")
    assert (await person.client.get("/api/v1/users/me")).status_code == 200


async def test_a_lock_that_another_process_holds(people: People, new_database: Callable[..., Database]) -> None:
    person, other = await people.create(), new_database(database_statement_timeout_seconds=1)
    async with other.transaction() as session:
        await session.execute(text("UPDATE users SET full_name = 'Somebody else'"))
        response = await person.log_in()
    await other.aclose()
    assert problem(response) == (503, "unavailable")
    assert (await person.log_in()).is_success
