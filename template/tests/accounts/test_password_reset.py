"""`POST /api/v1/auth/password-reset` and `…/confirm`."""

from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, mails_to, token_to
from tests.auth.records import audited, set_user
from tests.credentials import REFUSED
from tests.factories import People, Person

URL = "/api/v1/auth/password-reset"
NEW = "another horse, another battery"


async def ask(client: httpx2.AsyncClient, email: str) -> httpx2.Response:
    """Ask for a link."""
    return await client.post(URL, json={"email": email})


async def reset(client: httpx2.AsyncClient, token: str, password: str = NEW) -> httpx2.Response:
    """Use a link."""
    return await client.post(f"{URL}/confirm", json={"token": token, "new_password": password})


@pytest.fixture
async def person(people: People) -> Person:
    """Return somebody who has asked for a reset."""
    person = await people.logged_in()
    await ask(person.client, person.email)
    return person


async def test_sets_a_new_password(person: Person, client: httpx2.AsyncClient, resources: Resources) -> None:
    assert (await reset(client, await token_to(resources, person.email))).status_code == 204
    assert problem(await person.log_in()) == (401, "invalid-credentials")
    person.password = NEW
    assert (await person.log_in()).is_success


async def test_refuses_a_stranger(person: Person, client: httpx2.AsyncClient) -> None:
    assert problem(await reset(client, "x" * 43)) == INVALID_LINK
    assert (await person.log_in()).is_success


async def test_answers_the_same_for_unknown_and_locked_accounts(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    known, locked = await people.create(), await people.create()
    await set_user(resources, locked.id, is_active=False)
    answers = [await ask(client, email) for email in (known.email, locked.email, "unknown@example.com")]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert [len(await mails_to(resources, email)) for email in (known.email, locked.email)] == [1, 0]
    assert not await mails_to(resources, "unknown@example.com")


async def test_ends_all_log_ins(person: Person, client: httpx2.AsyncClient, resources: Resources) -> None:
    await reset(client, await token_to(resources, person.email))
    assert problem(await person.client.get("/api/v1/users/me")) == REFUSED


async def test_the_link_works_once(person: Person, client: httpx2.AsyncClient, resources: Resources) -> None:
    token = await token_to(resources, person.email)
    await reset(client, token)
    assert problem(await reset(client, token, "yet another long password")) == INVALID_LINK


async def test_the_link_works_for_thirty_minutes(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    token = await token_to(resources, person.email)
    with time_machine.travel(utc_now() + timedelta(minutes=30, seconds=1)):
        assert problem(await reset(client, token)) == INVALID_LINK
    with time_machine.travel(utc_now() + timedelta(minutes=29)):
        assert (await reset(client, token)).status_code == 204


async def test_only_the_latest_link_works(person: Person, client: httpx2.AsyncClient, resources: Resources) -> None:
    first = await token_to(resources, person.email)
    await ask(client, person.email)
    second = await token_to(resources, person.email)
    assert problem(await reset(client, first)) == INVALID_LINK
    assert (await reset(client, second)).status_code == 204


async def test_a_refused_password_does_not_use_up_the_link(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    token = await token_to(resources, person.email)
    assert problem(await reset(client, token, "short")) == (422, "password-too-short")
    assert (await reset(client, token)).status_code == 204


async def test_refuses_a_link_of_an_account_that_was_locked_since(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    token = await token_to(resources, person.email)
    await set_user(resources, person.id, is_active=False)
    assert problem(await reset(client, token)) == INVALID_LINK


async def test_a_changed_password_makes_links_useless(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    token = await token_to(resources, person.email)
    change = {"current_password": person.password, "new_password": "yet another long password"}
    await person.client.post("/api/v1/auth/password", json=change)
    assert problem(await reset(client, token)) == INVALID_LINK


async def test_a_changed_address_makes_links_to_the_old_one_useless(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    token = await token_to(resources, person.email)
    await person.client.post("/api/v1/auth/email-verification", json={"email": "new@example.com"})
    await client.post(
        "/api/v1/auth/email-verification/confirm", json={"token": await token_to(resources, "new@example.com")}
    )
    assert problem(await reset(client, token)) == INVALID_LINK


async def test_tells_the_owner_and_keeps_an_audit_trail(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    await reset(client, await token_to(resources, person.email))
    assert len(await mails_to(resources, person.email)) == 2
    assert (await audited(resources))[-1] == "password-reset"
