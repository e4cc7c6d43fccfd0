"""A change of address that a thief has asked for ends with the log-ins of the thief, however late its mail is sent."""

import httpx2
import pytest

from app.accounts.models import MailTokenModel
from app.accounts.tasks import send_email_change
from app.core.clock import utc_now
from app.resources import Resources
from tests.accounts.test_email_change import ask, confirm
from tests.accounts.test_password_reset import NEW, reset
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, mails_to, token_to
from tests.auth.records import rows, set_user
from tests.factories import PASSWORD, People, Person

THIEF = "thief@example.com"


@pytest.fixture
async def person(people: People) -> Person:
    """Return somebody in whose name a thief has asked for a change."""
    person = await people.logged_in()
    assert (await ask(person, THIEF)).status_code == 202
    return person


async def test_a_mail_that_is_sent_after_the_rescue_has_no_link(person: Person, resources: Resources) -> None:
    (waiting,) = await rows(resources, MailTokenModel)
    before = await mails_to(resources, THIEF)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await person.client.post("/api/v1/auth/password", json=body)).status_code == 204
    # As a queue does that was behind, or tries again.
    await send_email_change(resources, waiting.id)
    assert await mails_to(resources, THIEF) == before


async def test_a_mail_that_is_sent_again_brings_a_link_that_works(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    first = await token_to(resources, THIEF)
    (waiting,) = await rows(resources, MailTokenModel)
    await send_email_change(resources, waiting.id)
    assert problem(await confirm(client, first)) == INVALID_LINK
    assert (await confirm(client, await token_to(resources, THIEF))).status_code == 204
    assert (await person.client.get("/api/v1/users/me")).json()["email"] == THIEF


async def test_a_locked_account_keeps_its_address(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    stolen = await token_to(resources, THIEF)
    await set_user(resources, person.id, is_active=False)
    assert problem(await confirm(client, stolen)) == INVALID_LINK


async def test_what_was_asked_for_before_a_lock_is_over_when_it_is_opened_again(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    stolen = await token_to(resources, THIEF)
    await set_user(resources, person.id, locked_at=utc_now())
    assert problem(await confirm(client, stolen)) == INVALID_LINK
    await person.log_in()
    await ask(person)
    assert (await confirm(client, await token_to(resources, "new@example.com"))).status_code == 204


async def test_a_reset_by_the_old_mailbox_is_void_after_the_change(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    await client.post("/api/v1/auth/password-reset", json={"email": person.email})
    token = await token_to(resources, person.email)
    # As if the mail had been on its way while the change was confirmed.
    await set_user(resources, person.id, email="new@example.com")
    assert problem(await reset(client, token)) == INVALID_LINK
