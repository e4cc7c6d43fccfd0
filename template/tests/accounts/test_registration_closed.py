"""`POST /api/v1/users` with REGISTRATION_MODE=closed."""

import httpx2
import pytest

from app.resources import Resources
from app.security.settings import SecuritySettings
from app.users.models import Role, UserModel
from tests.answers import problem
from tests.auth.records import rows
from tests.factories import PASSWORD, People

URL = "/api/v1/users"
ADA = {"email": "ada@example.com", "password": PASSWORD}


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings in which only administrators make accounts."""
    return security.model_copy(update={"registration_mode": "closed"})


async def test_refuses_a_stranger(client: httpx2.AsyncClient, resources: Resources) -> None:
    assert problem(await client.post(URL, json=ADA)) == (403, "registration-closed")
    assert not await rows(resources, UserModel)


async def test_refuses_a_user(people: People) -> None:
    person = await people.logged_in()
    assert problem(await person.client.post(URL, json=ADA)) == (403, "registration-closed")


async def test_does_not_tell_a_stranger_whether_an_address_is_known(client: httpx2.AsyncClient, people: People) -> None:
    await people.create(email=ADA["email"])
    assert problem(await client.post(URL, json=ADA)) == (403, "registration-closed")


async def test_administrators_make_accounts_without_rights(people: People) -> None:
    admin = await people.administrator()
    response = await admin.client.post(URL, json=ADA)
    assert (response.status_code, response.json()["role"]) == (201, Role.USER)
