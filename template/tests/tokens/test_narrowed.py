"""A log-in for fewer scopes does less."""

import pytest

from app.users.models import Role
from tests.answers import problem
from tests.factories import PASSWORD, People

URL = "/api/v1/users/me"
AUDIT = "/api/v1/audit-events"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", URL, {"full_name": "Mallory"}),
        ("DELETE", URL, None),
        ("POST", "/api/v1/auth/password", {"current_password": PASSWORD, "new_password": "another long password"}),
        ("POST", "/api/v1/auth/email-verification", {"email": "mallory@example.com"}),
    ],
)
async def test_a_log_in_for_less_does_not_reach_the_account(
    people: People, method: str, path: str, body: dict[str, str] | None
) -> None:
    admin = await people.create(role=Role.ADMIN)
    form = {"username": admin.email, "password": PASSWORD, "scope": "users:read"}
    admin.accept(await admin.client.post("/api/v1/auth/token", data=form))
    assert problem(await admin.client.request(method, path, json=body)) == (403, "missing-scope")
    assert (await admin.client.get(URL)).json()["full_name"] == "Somebody"


async def test_the_audit_log_needs_a_scope_of_its_own(people: People) -> None:
    admin = await people.administrator()
    for scope, status in {"users:read users:write": 403, "audit:read": 200}.items():
        form = {"username": admin.email, "password": PASSWORD, "scope": scope}
        admin.accept(await admin.client.post("/api/v1/auth/token", data=form))
        assert (await admin.client.get(AUDIT)).status_code == status


async def test_a_user_cannot_ask_for_the_scope_of_the_audit_log(people: People) -> None:
    person = await people.create()
    form = {"username": person.email, "password": PASSWORD, "scope": "audit:read"}
    assert problem(await person.client.post("/api/v1/auth/token", data=form)) == (422, "invalid-scope")
