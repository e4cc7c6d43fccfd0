"""Rule 8: one of many uses of a refresh token wins, and a log-out beats them."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest

from app.auth.models import SessionModel, SessionTokenModel
from app.core.database import Database
from app.main import create_app
from app.resources import Resources
from app.security.settings import SecuritySettings
from tests.auth.records import rows
from tests.factories import People
from tests.security.limits import generous

AT_ONCE = 20
REFRESH = "/api/v1/auth/refresh"


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


async def test_one_of_many_uses_of_a_refresh_token_wins(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    body = {"refresh_token": person.refresh_token}
    answers = await asyncio.gather(*(person.client.post(REFRESH, json=body) for _ in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: AT_ONCE - 1}
    tokens = await rows(resources, SessionTokenModel)
    assert [token.spent_at is None for token in tokens] == [False, True]
    assert len(await rows(resources, SessionModel)) == 1


async def test_a_log_out_beats_a_refresh_that_runs_beside_it(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    refreshes = [person.client.post(REFRESH, json={"refresh_token": person.refresh_token}) for _ in range(5)]
    answers = await asyncio.gather(person.client.post("/api/v1/auth/logout"), *refreshes)
    assert answers[0].status_code == 204
    assert {answer.status_code for answer in answers[1:]} <= {200, 401}
    assert not await rows(resources, SessionModel)
    assert not await rows(resources, SessionTokenModel)


async def test_one_of_many_refreshes_wins_however_many_replicas_there_are(
    people: People, resources: Resources, new_database: Callable[..., Database]
) -> None:
    person, other = await people.logged_in(), replace(resources, database=new_database())
    body = {"refresh_token": person.refresh_token}
    transport = httpx2.ASGITransport(app=create_app(other), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as second:
        turns = [(person.client, second)[number % 2] for number in range(AT_ONCE)]
        answers = await asyncio.gather(*(client.post(REFRESH, json=body) for client in turns))
    await other.database.aclose()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: AT_ONCE - 1}
    assert [token.spent_at is None for token in await rows(resources, SessionTokenModel)].count(True) == 1
