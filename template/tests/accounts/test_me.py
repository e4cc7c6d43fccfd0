"""`GET/PATCH/DELETE /api/v1/users/me`."""

from datetime import datetime, timedelta

import httpx2
import pytest
import time_machine

from app.auth.models import SessionModel
from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.records import rows
from tests.credentials import REFUSED
from tests.factories import People

URL = "/api/v1/users/me"


async def test_reads_ones_own_account(people: People) -> None:
    person = await people.logged_in()
    await people.logged_in()
    body = (await person.client.get(URL)).json()
    assert (body["id"], body["email"]) == (str(person.id), person.email)
    assert "password" not in str(body)


@pytest.mark.parametrize("name", ["Ada King", "Zoë 李 🚲", None])
async def test_changes_the_name(people: People, name: str | None) -> None:
    person = await people.logged_in()
    changed = await person.client.patch(URL, json={"full_name": name})
    assert changed.status_code == 200
    assert changed.json()["full_name"] == name
    assert (await person.client.get(URL)).json() == changed.json()


async def test_leaves_the_name_when_it_is_left_out(people: People) -> None:
    person = await people.logged_in()
    assert (await person.client.patch(URL, json={})).json()["full_name"] == "Somebody"


async def test_notes_the_time_of_the_change(people: People) -> None:
    person = await people.logged_in()
    before = (await person.client.get(URL)).json()
    with time_machine.travel(utc_now() + timedelta(minutes=5)):
        after = (await person.client.patch(URL, json={"full_name": "Ada"})).json()
    assert after["created_at"] == before["created_at"]
    assert datetime.fromisoformat(after["updated_at"]) > datetime.fromisoformat(before["updated_at"])


@pytest.mark.parametrize("body", [{"full_name": "x" * 201}, {"full_name": 7}, {"full_name": "a\x00b"}, [], None])
async def test_refuses_a_malformed_change(people: People, body: object) -> None:
    person = await people.logged_in()
    assert problem(await person.client.patch(URL, json=body)) == (422, "validation-error")


async def test_deletes_the_account_with_all_that_belongs_to_it(people: People, resources: Resources) -> None:
    person, other = await people.logged_in(), await people.logged_in()
    assert (await person.client.delete(URL)).status_code == 204
    assert problem(await person.client.get(URL)) == REFUSED
    assert problem(await person.log_in()) == (401, "invalid-credentials")
    assert [login.user_id for login in await rows(resources, SessionModel)] == [other.id]


async def test_deleting_needs_a_recent_log_in(people: People) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(minutes=10, seconds=1)):
        await person.stay()
        assert problem(await person.client.delete(URL)) == (403, "reauthentication-required")
        assert (await person.client.get(URL)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_refuses_a_stranger(client: httpx2.AsyncClient, method: str) -> None:
    response = await client.request(method, URL, json={} if method == "PATCH" else None)
    assert problem(response) == (401, "unauthenticated")
