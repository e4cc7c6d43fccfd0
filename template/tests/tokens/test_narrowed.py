"""A log-in for fewer scopes does less."""

import pytest

from app.users.models import Role
from tests.answers import problem
from tests.factories import PASSWORD, People

URL = "/api/v1/users/me"


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
