"""Rule 4: no rights in self-service schemas; unknown fields are refused everywhere."""

import itertools

import pytest
from fastapi import FastAPI

from app.resources import Resources
from app.security.settings import SecuritySettings
from app.users.models import Role, UserModel
from tests.auth.records import rows
from tests.factories import PASSWORD, People
from tests.security.limits import generous
from tests.security.surface import endpoints

FORBIDDEN = {
    "role": "admin",
    "is_active": True,
    "is_admin": True,
    "scopes": ["users:write"],
    "id": "0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11",
    "owner_id": "0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11",
    "user_id": "0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11",
    "hashed_password": "x",
    "email_verified_at": "2026-01-01T00:00:00Z",
    "created_at": "2026-01-01T00:00:00Z",
    "__proto__": {"role": "admin"},
}
#: The one body in which administrators change rights.
RIGHTS = ("PATCH", "/api/v1/users/{user_id}")


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


async def test_every_body_refuses_what_is_not_for_the_caller(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    with_body = [endpoint for endpoint in endpoints(app) if endpoint.media_type]
    tried = 0
    for endpoint, (name, value) in itertools.product(with_body, FORBIDDEN.items()):
        rights = (endpoint.method, endpoint.path) == RIGHTS and name in {"role", "is_active"}
        if rights or name in endpoint.body:
            continue
        response = await endpoint.call(admin.client, {**endpoint.body, name: value})
        assert response.status_code == 422, (endpoint, name)
        found = [(error["loc"], error["type"]) for error in response.json()["errors"]]
        assert (["body", name], "extra_forbidden") in found, (endpoint, name)
        tried += 1
    assert tried >= 9 * len(FORBIDDEN)


async def test_a_profile_holds_no_rights(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    for name in ["role", "is_active", "email", "password", "hashed_password", "id"]:
        response = await person.client.patch("/api/v1/users/me", json={"full_name": "Mallory", name: "admin"})
        assert response.status_code == 422, name
    (user,) = await rows(resources, UserModel)
    assert (user.full_name, user.role, user.email) == ("Somebody", Role.USER, person.email)


async def test_nobody_becomes_an_administrator_by_registering(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    for client in (person.client, people.new_client()):
        body = {"email": "ada@example.com", "password": PASSWORD, "role": "admin"}
        assert (await client.post("/api/v1/users", json=body)).status_code == 422
        await client.post("/api/v1/users", json={"email": "ada@example.com", "password": PASSWORD})
    assert {user.role for user in await rows(resources, UserModel)} == {Role.USER}
