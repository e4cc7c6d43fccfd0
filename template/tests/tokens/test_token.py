"""`POST /api/v1/auth/token`."""

import httpx2
import pytest

from app.auth.models import SessionModel
from app.resources import Resources
from app.users.models import Role
from tests.answers import problem
from tests.auth.records import rows
from tests.factories import PASSWORD, People

URL = "/api/v1/auth/token"


async def test_gives_a_token_pair(people: People) -> None:
    response = await (await people.create()).log_in()
    body = response.json()
    assert response.status_code == 200
    assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 600)
    assert response.headers["cache-control"] == "no-store"


async def test_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, data={"username": "nobody@example.com", "password": PASSWORD})
    assert problem(response) == (401, "invalid-credentials")
    assert response.headers["www-authenticate"] == "Bearer"


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
