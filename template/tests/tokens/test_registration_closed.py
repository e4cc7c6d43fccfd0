"""`POST /api/v1/users` with a narrowed or a bad token, while registration is closed."""

import httpx2
import pytest

from app.security.settings import SecuritySettings
from app.users.models import Role
from tests.answers import problem
from tests.factories import PASSWORD, People

URL = "/api/v1/users"
ADA = {"email": "ada@example.com", "password": PASSWORD}


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings in which only administrators make accounts."""
    return security.model_copy(update={"registration_mode": "closed"})


async def test_an_administrator_with_a_narrowed_log_in_does_not(people: People) -> None:
    admin = await people.create(role=Role.ADMIN)
    form = {"username": admin.email, "password": admin.password, "scope": "users:read"}
    admin.accept(await admin.client.post("/api/v1/auth/token", data=form))
    assert problem(await admin.client.post(URL, json=ADA)) == (403, "registration-closed")


async def test_refuses_a_bad_token_instead_of_taking_it_for_a_stranger(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, json=ADA, headers={"Authorization": "Bearer nonsense"})
    assert problem(response) == (401, "invalid-token")
