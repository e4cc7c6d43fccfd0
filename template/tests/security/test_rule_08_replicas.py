"""Rule 8 when the service runs more than once: races between processes end in one winner, too."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx2
import pytest

from app.core.database import Database
from app.main import create_app
from app.resources import Resources
from app.security.settings import SecuritySettings
from app.users.models import UserModel
from tests.auth.postbox import token_to
from tests.auth.records import rows
from tests.factories import PASSWORD, People
from tests.security.limits import generous

AT_ONCE = 20


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


@pytest.fixture
async def replicas(
    client: httpx2.AsyncClient, resources: Resources, new_database: Callable[..., Database]
) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Return clients of two replicas; they share nothing but the database."""
    other = replace(resources, database=new_database())
    transport = httpx2.ASGITransport(app=create_app(other), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as second:
        yield [client, second]
    # A task that it has left behind would open a connection again.
    await resources.tasks.drain(5)
    await other.database.aclose()


async def race(replicas: list[httpx2.AsyncClient], url: str, body: dict[str, str]) -> Counter[int]:
    """Send the same body to all replicas in turn, at once, and count the statuses."""
    turns = (replicas[number % len(replicas)] for number in range(AT_ONCE))
    answers = await asyncio.gather(*(client.post(url, json=body) for client in turns))
    return Counter(answer.status_code for answer in answers)


async def test_one_of_many_registrations_wins(replicas: list[httpx2.AsyncClient], resources: Resources) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    assert await race(replicas, "/api/v1/users", body) == {201: 1, 409: AT_ONCE - 1}
    assert len(await rows(resources, UserModel)) == 1


async def test_one_of_many_uses_of_a_reset_link_wins(
    replicas: list[httpx2.AsyncClient], people: People, resources: Resources
) -> None:
    person = await people.create()
    await replicas[0].post("/api/v1/auth/password-reset", json={"email": person.email})
    body = {"token": await token_to(resources, person.email), "new_password": "another long password"}
    statuses = await race(replicas, "/api/v1/auth/password-reset/confirm", body)
    assert statuses == {204: 1, 404: AT_ONCE - 1}
