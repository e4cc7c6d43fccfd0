"""`POST /api/v1/users` with REGISTRATION_MODE=verified: nobody learns whether an address is known."""

from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.accounts.models import PendingRegistrationModel
from app.core.clock import utc_now
from app.resources import Resources
from app.security.settings import SecuritySettings
from app.users.models import UserModel
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, mails_to, token_to
from tests.auth.records import audited, rows
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD, People

URL = "/api/v1/users"
CONFIRM = "/api/v1/auth/email-verification/confirm"
EMAIL = "ada@example.com"
ADA = {"email": EMAIL, "password": PASSWORD, "full_name": "Ada Lovelace"}


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings in which every registration is confirmed by mail."""
    return security.model_copy(update={"registration_mode": "verified"})


async def log_in(client: httpx2.AsyncClient, password: str) -> int:
    """Return 200 for a log-in that succeeds, or the status of one that does not."""
    response = await client.post(LOGIN, **login_with(EMAIL, password))
    return 200 if response.is_success else response.status_code


async def test_makes_the_account_when_the_mail_is_confirmed(client: httpx2.AsyncClient, resources: Resources) -> None:
    assert (await client.post(URL, json=ADA)).status_code == 202
    assert not await rows(resources, UserModel)
    assert await log_in(client, PASSWORD) == 401
    assert (await client.post(CONFIRM, json={"token": await token_to(resources, EMAIL)})).status_code == 204
    (user,) = await rows(resources, UserModel)
    assert (user.email, user.full_name, user.role, user.is_active) == (EMAIL, "Ada Lovelace", "user", True)
    assert user.email_verified_at is not None
    assert await log_in(client, PASSWORD) == 200
    assert (await audited(resources))[-2:] == ["confirmed-register", "login"]


async def test_answers_the_same_for_a_known_address(
    client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    await people.create(email=EMAIL)
    known = await client.post(URL, json=ADA)
    unknown = await client.post(URL, json={**ADA, "email": "unknown@example.com"})
    varying = {"x-request-id", "x-process-time", "server-timing"}
    headers = [{n: v for n, v in a.headers.items() if n not in varying} for a in (known, unknown)]
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text) == (202, known.text)
    assert headers[0] == headers[1]


async def test_hashes_for_a_known_address_too(
    client: httpx2.AsyncClient, people: People, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.create(email=EMAIL)
    hashed: list[str] = []
    original = type(resources.passwords).hash

    async def counting(self: object, password: str) -> str:
        hashed.append(password)
        return await original(resources.passwords, password)

    monkeypatch.setattr(type(resources.passwords), "hash", counting)
    for email in (EMAIL, "unknown@example.com"):
        await client.post(URL, json={**ADA, "email": email})
    assert len(hashed) == 2


async def test_tells_the_owner_of_a_known_address_without_a_link(
    client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    await people.create(email=EMAIL)
    await client.post(URL, json=ADA)
    (mail,) = await mails_to(resources, EMAIL)
    assert "#token=" not in mail.text
    assert not await rows(resources, PendingRegistrationModel)


async def test_each_link_sets_the_password_of_its_own_registration(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    await client.post(URL, json=ADA)
    owners = await token_to(resources, EMAIL)
    await client.post(URL, json={**ADA, "password": "the password of somebody else"})
    others = await token_to(resources, EMAIL)
    await client.post(CONFIRM, json={"token": owners})
    assert await log_in(client, PASSWORD) == 200
    assert problem(await client.post(CONFIRM, json={"token": others})) == INVALID_LINK
    assert await log_in(client, PASSWORD) == 200


async def test_a_link_works_once_and_for_a_day(client: httpx2.AsyncClient, resources: Resources) -> None:
    await client.post(URL, json=ADA)
    token = {"token": await token_to(resources, EMAIL)}
    with time_machine.travel(utc_now() + timedelta(hours=24, seconds=1)):
        assert problem(await client.post(CONFIRM, json=token)) == INVALID_LINK
    assert (await client.post(CONFIRM, json=token)).status_code == 204
    assert problem(await client.post(CONFIRM, json=token)) == INVALID_LINK


async def test_refuses_a_weak_password_at_once(client: httpx2.AsyncClient, resources: Resources) -> None:
    response = await client.post(URL, json={**ADA, "password": "short"})
    assert problem(response) == (422, "password-too-short")
    assert not await rows(resources, PendingRegistrationModel)


async def test_drops_registrations_that_nobody_confirmed(client: httpx2.AsyncClient, resources: Resources) -> None:
    await client.post(URL, json=ADA)
    await resources.tasks.drain(5)
    with time_machine.travel(utc_now() + timedelta(hours=25)):
        await client.post(URL, json={**ADA, "email": "grace@example.com"})
    assert [pending.email for pending in await rows(resources, PendingRegistrationModel)] == ["grace@example.com"]


async def test_administrators_make_accounts_at_once(people: People) -> None:
    admin = await people.administrator()
    response = await admin.client.post(URL, json=ADA)
    assert (response.status_code, response.json()["email"]) == (201, EMAIL)
