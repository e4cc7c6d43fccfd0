"""What is decided about an account takes effect on its next request."""

from collections.abc import Awaitable, Callable

import pytest

from app.resources import Resources
from app.users.models import Role
from tests.answers import problem
from tests.auth.records import set_user
from tests.credentials import REFUSED
from tests.factories import People, Person

ME = "/api/v1/users/me"
Action = Callable[[Person, Person], Awaitable[object]]

ENDINGS: dict[str, Action] = {
    "logging out": lambda person, _: person.client.post("/api/v1/auth/logout"),
    "logging out everywhere": lambda person, _: person.client.post("/api/v1/auth/logout-all"),
    "deleting oneself": lambda person, _: person.client.delete(ME),
    "being locked": lambda person, admin: admin.client.patch(f"/api/v1/users/{person.id}", json={"is_active": False}),
    "being deleted": lambda person, admin: admin.client.delete(f"/api/v1/users/{person.id}"),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_the_credential_is_refused_at_once_after(people: People, ending: str) -> None:
    person, admin = await people.logged_in(), await people.administrator()
    assert (await person.client.get(ME)).status_code == 200
    await ENDINGS[ending](person, admin)
    assert problem(await person.client.get(ME)) == REFUSED


async def test_new_rights_hold_at_once(people: People) -> None:
    person, admin = await people.logged_in(), await people.administrator()
    assert (await person.client.get("/api/v1/users")).status_code == 403
    await admin.client.patch(f"/api/v1/users/{person.id}", json={"role": "admin"})
    assert (await person.client.get("/api/v1/users")).status_code == 200


async def test_lost_rights_are_lost_at_once(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    await set_user(resources, admin.id, role=Role.USER)
    assert problem(await admin.client.get("/api/v1/users")) == (403, "missing-scope")


async def test_unlocking_an_account_revives_none_of_its_log_ins(people: People) -> None:
    person, admin = await people.logged_in(), await people.administrator()
    for is_active in (False, True):
        response = await admin.client.patch(f"/api/v1/users/{person.id}", json={"is_active": is_active})
        assert response.status_code == 200
    assert (await person.client.get(ME)).status_code == 401
    assert (await person.log_in()).is_success
    assert (await person.client.get(ME)).status_code == 200


async def test_a_locked_account_cannot_log_in(people: People) -> None:
    person, admin = await people.create(), await people.administrator()
    await admin.client.patch(f"/api/v1/users/{person.id}", json={"is_active": False})
    assert problem(await person.log_in()) == (401, "invalid-credentials")
