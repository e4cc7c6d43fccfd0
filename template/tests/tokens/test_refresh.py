"""`POST /api/v1/auth/refresh`; reuse and races are in tests/security."""

from datetime import timedelta

import httpx2
import jwt
import pytest
import time_machine

from app.auth.models import SessionTokenModel
from app.core.clock import utc_now
from app.resources import Resources
from app.users.models import Role
from tests.answers import problem
from tests.auth.records import rows, set_user
from tests.factories import People, Person
from tests.security.test_immediate_effect import ENDINGS

URL = "/api/v1/auth/refresh"


async def refresh(person: Person) -> httpx2.Response:
    """Exchange the person's refresh token."""
    return await person.client.post(URL, json={"refresh_token": person.refresh_token})


async def test_gives_a_new_pair(people: People) -> None:
    person = await people.logged_in()
    before = (person.access_token, person.refresh_token)
    response = await refresh(person)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    person.accept(response)
    assert person.access_token != before[0]
    assert person.refresh_token != before[1]
    assert (await person.client.get("/api/v1/users/me")).status_code == 200


async def test_works_without_an_access_token(people: People) -> None:
    person = await people.logged_in()
    del person.client.headers["Authorization"]
    assert (await refresh(person)).status_code == 200


async def test_the_new_token_works_once_more(people: People) -> None:
    person = await people.logged_in()
    for _ in range(3):
        person.accept(await refresh(person))
    assert (await person.client.get("/api/v1/users/me")).status_code == 200


async def test_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, json={"refresh_token": "x" * 43})
    assert problem(response) == (401, "invalid-refresh-token")


async def test_refuses_an_access_token(people: People) -> None:
    person = await people.logged_in()
    response = await person.client.post(URL, json={"refresh_token": person.access_token})
    assert problem(response) == (422, "validation-error")


async def test_refuses_a_token_that_was_idle_for_too_long(people: People) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(days=13, hours=23)):
        person.accept(await refresh(person))
    with time_machine.travel(utc_now() + timedelta(days=28)):
        assert problem(await refresh(person)) == (401, "invalid-refresh-token")


async def test_a_log_in_ends_after_thirty_days_however_busy_it_is(people: People) -> None:
    person, start = await people.logged_in(), utc_now()
    for days in (10, 20, 29):
        with time_machine.travel(start + timedelta(days=days)):
            person.accept(await refresh(person))
    with time_machine.travel(start + timedelta(days=30, seconds=5)):
        assert problem(await refresh(person)) == (401, "invalid-refresh-token")


async def test_no_refresh_token_outlives_its_log_in(people: People, resources: Resources) -> None:
    person, start = await people.logged_in(), utc_now()
    with time_machine.travel(start + timedelta(days=13)):
        person.accept(await refresh(person))
    with time_machine.travel(start + timedelta(days=26)):
        await refresh(person)
    last = (await rows(resources, SessionTokenModel))[-1]
    assert last.expires_at <= start + timedelta(days=30, seconds=5)


async def test_refuses_the_token_of_a_locked_account(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await set_user(resources, person.id, is_active=False)
    assert problem(await refresh(person)) == (401, "invalid-refresh-token")


async def test_refuses_the_token_of_a_log_in_that_has_ended(people: People) -> None:
    person = await people.logged_in()
    await person.client.post("/api/v1/auth/logout")
    assert problem(await refresh(person)) == (401, "invalid-refresh-token")


async def test_carries_the_rights_of_now(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await set_user(resources, person.id, role=Role.ADMIN)
    person.accept(await refresh(person))
    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    assert "users:write" in claims["scope"].split()


async def test_a_log_in_refreshes_sixty_times_in_ten_minutes_and_loses_nothing(people: People) -> None:
    person, other = await people.logged_in(), await people.logged_in()
    for _ in range(60):
        person.accept(await refresh(person))
    refused = await refresh(person)
    assert problem(refused) == (429, "too-many-requests")
    assert (await refresh(other)).status_code == 200
    with time_machine.travel(utc_now() + timedelta(seconds=int(refused.headers["retry-after"]) + 1)):
        assert (await refresh(person)).status_code == 200


async def test_does_not_count_as_a_proof_of_identity(people: People) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        person.accept(await refresh(person))
        response = await person.client.delete("/api/v1/users/me")
    assert problem(response) == (403, "reauthentication-required")


@pytest.mark.parametrize("ending", ENDINGS)
async def test_refuses_the_token_at_once_after(people: People, ending: str) -> None:
    person, admin = await people.logged_in(), await people.administrator()
    await ENDINGS[ending](person, admin)
    assert problem(await refresh(person)) == (401, "invalid-refresh-token")


async def test_unlocking_an_account_revives_no_refresh_token(people: People) -> None:
    person, admin = await people.logged_in(), await people.administrator()
    for is_active in (False, True):
        await admin.client.patch(f"/api/v1/users/{person.id}", json={"is_active": is_active})
    assert (await refresh(person)).status_code == 401
