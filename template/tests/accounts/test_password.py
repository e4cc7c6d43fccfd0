"""`POST /api/v1/auth/password`."""

from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.core.clock import utc_now
from app.resources import Resources
from app.users.models import UserModel
from tests.answers import problem
from tests.auth.postbox import mails_to
from tests.auth.records import audited, rows, set_user
from tests.credentials import REFUSED
from tests.factories import PASSWORD, People, Person

URL = "/api/v1/auth/password"
NEW = "another horse, another battery"


async def change(person: Person, *, current: str = PASSWORD, new: str = NEW) -> httpx2.Response:
    """Change the person's password."""
    return await person.client.post(URL, json={"current_password": current, "new_password": new})


async def test_sets_a_new_password(people: People) -> None:
    person = await people.logged_in()
    assert (await change(person)).status_code == 204
    assert problem(await person.log_in()) == (401, "invalid-credentials")
    person.password = NEW
    assert (await person.log_in()).is_success


async def test_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, json={"current_password": PASSWORD, "new_password": NEW})
    assert problem(response) == (401, "unauthenticated")


async def test_refuses_a_wrong_current_password(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    assert problem(await change(person, current="not the right password")) == (403, "wrong-password")
    assert await audited(resources) == ["login", "password-change-failed"]
    assert (await person.log_in()).is_success


async def test_guessing_the_current_password_is_throttled(people: People) -> None:
    person = await people.logged_in()
    answers = [await change(person, current="not the right password") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {403}
    assert problem(await change(person)) == (429, "too-many-requests")


async def test_ends_all_other_log_ins_and_only_those(people: People) -> None:
    person = await people.logged_in()
    other_device = Person(person.id, person.email, PASSWORD, people.new_client())
    stranger = await people.logged_in()
    await other_device.log_in()
    await change(person)
    assert problem(await other_device.client.get("/api/v1/users/me")) == REFUSED
    assert (await person.client.get("/api/v1/users/me")).status_code == 200
    assert (await stranger.client.get("/api/v1/users/me")).status_code == 200


async def test_tells_the_owner_and_keeps_an_audit_trail(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await change(person)
    (mail,) = await mails_to(resources, person.email)
    assert "password" in mail.subject
    assert await audited(resources) == ["login", "password-changed"]


async def test_the_current_password_is_proof_enough_on_an_old_log_in(people: People) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(minutes=9)):
        await person.stay()
    with time_machine.travel(utc_now() + timedelta(minutes=18)):
        assert (await change(person)).status_code == 204


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("short", "password-too-short"),
        ("aaaaaaaaaaaaaaaaaaaa", "password-too-common"),
        ("x" * 129, "validation-error"),
    ],
)
async def test_refuses_a_weak_new_password_and_keeps_the_old_one(people: People, new: str, code: str) -> None:
    person = await people.logged_in()
    assert problem(await change(person, new=new)) == (422, code)
    assert (await person.log_in()).is_success


async def test_refuses_a_password_made_of_ones_own_name(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await set_user(resources, person.id, full_name="Wolfeschlegelstein Hausenberger")
    response = await change(person, new="wolfeschlegelstein1")
    assert problem(response) == (422, "password-too-common")


async def test_loses_against_a_password_that_was_set_while_it_hashed(
    people: People, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, original = await people.logged_in(), resources.passwords.hash

    async def slowly(password: str) -> str:
        await set_user(resources, person.id, hashed_password="set meanwhile")
        return await original(password)

    monkeypatch.setattr(resources.passwords, "hash", slowly)
    assert problem(await change(person)) == (409, "password-changed")
    assert [user.hashed_password for user in await rows(resources, UserModel)] == ["set meanwhile"]
