"""`POST /api/v1/auth/email-verification` with a new address."""

from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, mails_to, token_to
from tests.auth.records import audited
from tests.factories import People, Person

URL = "/api/v1/auth/email-verification"
NEW = "new@example.com"


async def ask(person: Person, email: str = NEW) -> httpx2.Response:
    """Ask for a change of address."""
    return await person.client.post(URL, json={"email": email})


async def confirm(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    """Use a link."""
    return await client.post(f"{URL}/confirm", json={"token": token})


async def test_changes_the_address_once_it_is_confirmed(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    assert (await ask(person)).status_code == 202
    token = await token_to(resources, NEW)
    assert (await person.client.get("/api/v1/users/me")).json()["email"] == person.email
    assert (await confirm(client, token)).status_code == 204
    me = (await person.client.get("/api/v1/users/me")).json()
    assert me["email"] == NEW
    assert me["email_verified_at"] is not None
    assert (await audited(resources))[-2:] == ["email-change-requested", "confirmed-change-email"]


async def test_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    assert problem(await client.post(URL, json={"email": NEW})) == (401, "unauthenticated")


async def test_needs_a_recent_log_in(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(minutes=10, seconds=1)):
        await person.stay()
        assert problem(await ask(person)) == (403, "reauthentication-required")
        await person.log_in()
        assert (await ask(person)).status_code == 202
    assert len(await mails_to(resources, NEW)) == 1


async def test_tells_the_old_address_and_gives_it_no_link(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await ask(person)
    (notice,) = await mails_to(resources, person.email)
    assert "#token=" not in notice.text


async def test_says_nothing_about_a_taken_address(people: People, resources: Resources) -> None:
    person, other = await people.logged_in(), await people.create()
    free, taken = await ask(person), await ask(person, other.email)
    assert (free.status_code, free.text) == (taken.status_code, taken.text)
    assert not await mails_to(resources, other.email)
    # Nor does the own mailbox tell.
    assert len(await mails_to(resources, person.email)) == 2


async def test_refuses_an_address_that_was_taken_in_the_meantime(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await ask(person)
    token = await token_to(resources, NEW)
    await people.create(email=NEW)
    assert problem(await confirm(client, token)) == INVALID_LINK
    assert (await person.client.get("/api/v1/users/me")).json()["email"] == person.email


async def test_refuses_a_link_that_another_change_has_overtaken(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await ask(person, "first@example.com")
    first = await token_to(resources, "first@example.com")
    await ask(person)
    assert (await confirm(client, await token_to(resources, NEW))).status_code == 204
    assert problem(await confirm(client, first)) == INVALID_LINK


@pytest.mark.parametrize("rescue", ["password", "reset"])
async def test_a_new_password_stops_a_change_that_a_thief_has_asked_for(
    people: People, client: httpx2.AsyncClient, resources: Resources, rescue: str
) -> None:
    person, password = await people.logged_in(), "another horse, another battery"
    await ask(person, "thief@example.com")
    stolen = await token_to(resources, "thief@example.com")
    if rescue == "password":
        body = {"current_password": person.password, "new_password": password}
        response = await person.client.post("/api/v1/auth/password", json=body)
    else:
        await client.post("/api/v1/auth/password-reset", json={"email": person.email})
        body = {"token": await token_to(resources, person.email), "new_password": password}
        response = await client.post("/api/v1/auth/password-reset/confirm", json=body)
    assert response.status_code == 204
    assert problem(await confirm(client, stolen)) == INVALID_LINK


async def test_a_link_that_confirms_the_old_address_is_void_after_the_change(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await person.client.post(URL, json={})
    old = await token_to(resources, person.email)
    await ask(person)
    await confirm(client, await token_to(resources, NEW))
    assert problem(await confirm(client, old)) == INVALID_LINK
    assert (await person.client.get("/api/v1/users/me")).json()["email"] == NEW
