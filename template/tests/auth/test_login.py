"""Logging in, whatever the credential is that this gives."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from app.auth.models import SessionModel
from app.core.clock import utc_now
from app.resources import Resources
from tests.auth.records import audited, rows, set_user
from tests.factories import PASSWORD, People


async def test_a_log_in_opens_guarded_routes(people: People) -> None:
    person = await people.logged_in()
    me = await person.client.get("/api/v1/users/me")
    assert me.json()["id"] == str(person.id)


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
    assert (await ada.log_in()).is_success


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
