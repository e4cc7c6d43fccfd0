"""`POST /api/v1/auth/email-verification` and `…/confirm`, for the present address."""

from datetime import timedelta

import httpx2
import time_machine

from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, mails_to, token_to
from tests.auth.records import audited
from tests.factories import People, Person

URL = "/api/v1/auth/email-verification"


async def ask(person: Person) -> httpx2.Response:
    """Ask for a link that confirms the present address."""
    return await person.client.post(URL, json={})


async def confirm(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    """Use a link."""
    return await client.post(f"{URL}/confirm", json={"token": token})


async def test_confirms_the_address(people: People, client: httpx2.AsyncClient, resources: Resources) -> None:
    person = await people.logged_in()
    assert (await ask(person)).status_code == 202
    assert (await confirm(client, await token_to(resources, person.email))).status_code == 204
    assert (await person.client.get("/api/v1/users/me")).json()["email_verified_at"] is not None
    assert (await audited(resources))[-1] == "confirmed-verify-email"


async def test_asking_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    assert problem(await client.post(URL, json={})) == (401, "unauthenticated")


async def test_confirming_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    assert problem(await confirm(client, "x" * 43)) == INVALID_LINK


async def test_the_link_works_once(people: People, client: httpx2.AsyncClient, resources: Resources) -> None:
    person = await people.logged_in()
    await ask(person)
    token = await token_to(resources, person.email)
    await confirm(client, token)
    assert problem(await confirm(client, token)) == INVALID_LINK


async def test_the_link_works_for_a_day(people: People, client: httpx2.AsyncClient, resources: Resources) -> None:
    person = await people.logged_in()
    await ask(person)
    token = await token_to(resources, person.email)
    with time_machine.travel(utc_now() + timedelta(hours=24, seconds=1)):
        assert problem(await confirm(client, token)) == INVALID_LINK
    with time_machine.travel(utc_now() + timedelta(hours=23)):
        assert (await confirm(client, token)).status_code == 204


async def test_sends_nothing_to_a_confirmed_address(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await ask(person)
    await confirm(client, await token_to(resources, person.email))
    assert (await ask(person)).status_code == 202
    assert len(await mails_to(resources, person.email)) == 1


async def test_refuses_the_link_of_an_account_that_is_gone(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await ask(person)
    token = await token_to(resources, person.email)
    await person.client.delete("/api/v1/users/me")
    assert problem(await confirm(client, token)) == INVALID_LINK


async def test_a_link_is_not_consumed_by_looking_at_it(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await ask(person)
    token = await token_to(resources, person.email)
    looked = await client.get(f"{URL}/confirm", params={"token": token})
    assert problem(looked) == (405, "method-not-allowed")
    assert (await confirm(client, token)).status_code == 204
