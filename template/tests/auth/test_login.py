"""`POST /api/v1/auth/token`."""

from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
import time_machine

from app.auth.models import SessionModel
from app.core.clock import utc_now
from app.resources import Resources
from app.users.models import Role
from tests.answers import problem
from tests.auth.records import audited, rows, set_user
from tests.factories import PASSWORD, People

URL = "/api/v1/auth/token"


async def test_gives_a_token_pair(people: People) -> None:
    response = await (await people.create()).log_in()
    body = response.json()
    assert response.status_code == 200
    assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 600)
    assert response.headers["cache-control"] == "no-store"


async def test_the_access_token_opens_guarded_routes(people: People) -> None:
    person = await people.logged_in()
    me = await person.client.get("/api/v1/users/me")
    assert me.json()["id"] == str(person.id)


async def test_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, data={"username": "nobody@example.com", "password": PASSWORD})
    assert problem(response) == (401, "invalid-credentials")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_answers_the_same_for_unknown_wrong_and_inactive(people: People, resources: Resources) -> None:
    wrong, inactive, unknown = await people.create(), await people.create(), await people.create()
    await set_user(resources, inactive.id, is_active=False)
    wrong.password, unknown.email = "not the right password", "unknown@example.com"
    answers = [await person.log_in() for person in (wrong, inactive, unknown)]
    assert {answer.status_code for answer in answers} == {401}
    bodies = [{**answer.json(), "request_id": None} for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize("typed", ["ADA@Example.COM", "  ada@example.com ", "Ada@EXAMPLE.com"])
async def test_takes_the_address_without_regard_to_case_and_blanks(people: People, typed: str) -> None:
    ada = await people.create(email="ada@example.com")
    ada.email = typed
    assert (await ada.log_in()).status_code == 200


async def test_narrows_the_token_to_the_scopes_asked_for(people: People) -> None:
    admin, person = await people.create(role=Role.ADMIN), await people.create()
    form = {"username": admin.email, "password": admin.password, "scope": "users:read"}
    admin.accept(await admin.client.post(URL, data=form))
    assert (await admin.client.get("/api/v1/users")).status_code == 200
    refused = await admin.client.patch(f"/api/v1/users/{person.id}", json={"is_active": False})
    assert problem(refused) == (403, "missing-scope")


@pytest.mark.parametrize("scope", ["users:write", "users:write users:read", "nonsense", "USERS:READ"])
async def test_refuses_scopes_that_the_user_does_not_have(people: People, resources: Resources, scope: str) -> None:
    person = await people.create()
    form = {"username": person.email, "password": person.password, "scope": scope}
    assert problem(await person.client.post(URL, data=form)) == (422, "invalid-scope")
    assert not await rows(resources, SessionModel)


async def test_takes_a_form_only(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, json={"username": "ada@example.com", "password": PASSWORD})
    assert problem(response) == (422, "validation-error")


@pytest.mark.parametrize(
    "change",
    [{"grant_type": "client_credentials"}, {"password": ""}, {"username": "a" * 255}, {"role": "admin"}],
)
async def test_refuses_a_malformed_form(people: People, change: dict[str, str]) -> None:
    person = await people.create()
    form = {"username": person.email, "password": person.password, **change}
    assert problem(await person.client.post(URL, data=form)) == (422, "validation-error")


async def test_notes_where_the_log_in_came_from(people: People, resources: Resources) -> None:
    person = await people.create()
    person.client.headers["User-Agent"] = "x" * 300
    await person.log_in()
    (login,) = await rows(resources, SessionModel)
    assert (login.user_id, login.address, login.user_agent) == (person.id, "127.0.0.1", "x" * 200)


async def test_drops_log_ins_that_have_run_out(people: People, resources: Resources) -> None:
    person, other = await people.logged_in(), await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(days=31)):
        await person.log_in()
    users = [login.user_id for login in await rows(resources, SessionModel)]
    assert sorted(users) == sorted([person.id, other.id])


async def test_keeps_an_audit_trail(people: People, resources: Resources) -> None:
    person = await people.create()
    person.password = str(uuid4())
    await person.log_in()
    person.password = PASSWORD
    await person.log_in()
    assert await audited(resources) == ["login-failed", "login"]
