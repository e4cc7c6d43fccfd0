"""`GET /users`, `GET/PATCH/DELETE /users/{id}`."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
import time_machine

from app.core.clock import utc_now
from app.resources import Resources
from app.users.models import Role, UserModel
from tests.answers import problem
from tests.auth.records import rows
from tests.credentials import REFUSED
from tests.factories import People

URL = "/api/v1/users"
NOBODY = UUID(int=0)


async def test_people_read_their_own_account_by_id(people: People) -> None:
    person = await people.logged_in()
    by_id = await person.client.get(f"{URL}/{person.id}")
    assert by_id.json() == (await person.client.get(f"{URL}/me")).json()


async def test_refuses_the_account_of_a_stranger_as_if_there_were_none(people: People) -> None:
    person, stranger = await people.logged_in(), await people.create()
    answers = [await person.client.get(f"{URL}/{user_id}") for user_id in (stranger.id, uuid4())]
    assert [problem(answer) for answer in answers] == [(404, "user-not-found")] * 2
    assert answers[0].json()["detail"] == "User not found"


async def test_administrators_read_every_account(people: People) -> None:
    admin, person = await people.administrator(), await people.create()
    response = await admin.client.get(f"{URL}/{person.id}")
    assert (response.status_code, response.json()["email"]) == (200, person.email)
    assert problem(await admin.client.get(f"{URL}/{uuid4()}")) == (404, "user-not-found")


async def test_administrators_list_all_accounts_page_by_page(people: People) -> None:
    admin = await people.administrator()
    for _ in range(4):
        await people.create()
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 2, "sort": "email"}
    while True:
        page = (await admin.client.get(URL, params=query)).json()
        seen += [user["email"] for user in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"person{number}@example.com" for number in range(5)]


async def test_lists_the_newest_accounts_first(people: People) -> None:
    admin = await people.administrator()
    newest = await people.create()
    assert (await admin.client.get(URL)).json()["items"][0]["id"] == str(newest.id)


@pytest.mark.parametrize("change", [{"role": "admin"}, {"is_active": False}, {"role": "admin", "is_active": False}, {}])
async def test_administrators_change_rights(people: People, change: dict[str, object]) -> None:
    admin, person = await people.administrator(), await people.create()
    before = (await admin.client.get(f"{URL}/{person.id}")).json()
    after = (await admin.client.patch(f"{URL}/{person.id}", json=change)).json()
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"updated_at"} == change.keys()
    assert all(after[name] == value for name, value in change.items())


@pytest.mark.parametrize("body", [{"role": "root"}, {"role": None}, {"is_active": None}, {"is_active": "perhaps"}])
async def test_refuses_rights_that_do_not_exist(people: People, body: dict[str, object]) -> None:
    admin, person = await people.administrator(), await people.create()
    assert problem(await admin.client.patch(f"{URL}/{person.id}", json=body)) == (422, "validation-error")


async def test_administrators_do_not_change_their_own_rights(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    response = await admin.client.patch(f"{URL}/{admin.id}", json={"role": "user"})
    assert problem(response) == (403, "own-rights")
    assert [user.role for user in await rows(resources, UserModel)] == [Role.ADMIN]


async def test_administrators_delete_accounts(people: People, resources: Resources) -> None:
    admin, person = await people.administrator(), await people.logged_in()
    assert (await admin.client.delete(f"{URL}/{person.id}")).status_code == 204
    assert [user.id for user in await rows(resources, UserModel)] == [admin.id]
    assert problem(await person.client.get(f"{URL}/me")) == REFUSED


async def test_deleting_needs_a_recent_log_in(people: People) -> None:
    admin, person = await people.administrator(), await people.create()
    with time_machine.travel(utc_now() + timedelta(minutes=10, seconds=1)):
        await admin.stay()
        response = await admin.client.delete(f"{URL}/{person.id}")
    assert problem(response) == (403, "reauthentication-required")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_says_when_there_is_no_such_account(people: People, method: str) -> None:
    admin = await people.administrator()
    body = {"is_active": False} if method == "PATCH" else None
    response = await admin.client.request(method, f"{URL}/{uuid4()}", json=body)
    assert problem(response) == (404, "user-not-found")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", f"/{NOBODY}"), ("DELETE", f"/{NOBODY}")])
async def test_refuses_users_what_is_for_administrators(people: People, method: str, path: str) -> None:
    person = await people.logged_in()
    body = {"role": "admin"} if method == "PATCH" else None
    response = await person.client.request(method, URL + path, json=body)
    assert problem(response) == (403, "missing-scope")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", f"/{NOBODY}"), ("PATCH", f"/{NOBODY}"), ("DELETE", f"/{NOBODY}")]
)
async def test_refuses_a_stranger(client: httpx2.AsyncClient, method: str, path: str) -> None:
    response = await client.request(method, URL + path, json={} if method == "PATCH" else None)
    assert problem(response) == (401, "unauthenticated")
