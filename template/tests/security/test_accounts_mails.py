"""Accounts: mails are limited, their links cannot be bent, and everything that matters is audited."""

import httpx2
import pytest

from app.audit.models import AuditModel
from app.core.settings import Settings
from app.resources import Resources
from tests.answers import problem
from tests.auth.postbox import link_to, mails_to
from tests.auth.records import rows
from tests.factories import People

FORGED = [
    {"Host": "127.0.0.1:8000"},
    {"X-Forwarded-Host": "evil.example"},
    {"Forwarded": "host=evil.example"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "//evil.example"},
    {"Origin": "https://evil.example", "Referer": "https://evil.example/"},
]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a service with a public address."""
    return settings.model_copy(update={"public_url": "https://service.example"})


@pytest.mark.parametrize("headers", FORGED)
async def test_links_are_built_from_public_url_whatever_the_request_says(
    people: People, client: httpx2.AsyncClient, resources: Resources, headers: dict[str, str]
) -> None:
    person = await people.create()
    body = {"email": person.email}
    response = await client.post("/api/v1/auth/password-reset", json=body, headers=headers)
    assert response.status_code == 202
    assert (await link_to(resources, person.email)).startswith("https://service.example/reset-password#token=")


async def test_a_foreign_host_gets_no_mail_sent(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.create()
    body, headers = {"email": person.email}, {"Host": "evil.example"}
    response = await client.post("/api/v1/auth/password-reset", json=body, headers=headers)
    assert problem(response) == (400, "invalid-host")
    assert not await mails_to(resources, person.email)


async def test_confirmation_links_too(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await person.client.post("/api/v1/auth/email-verification", json={})
    assert (await link_to(resources, person.email)).startswith("https://service.example/verify-email#token=")


@pytest.mark.parametrize("email", ["person0@example.com", "unknown@example.com"])
async def test_three_reset_mails_per_hour_for_known_and_unknown_alike(
    people: People, client: httpx2.AsyncClient, resources: Resources, email: str
) -> None:
    await people.create(email="person0@example.com")
    answers = [await client.post("/api/v1/auth/password-reset", json={"email": email}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
    assert len(await mails_to(resources, email)) == (3 if email == "person0@example.com" else 0)


async def test_three_confirmation_mails_per_hour(people: People) -> None:
    person = await people.logged_in()
    bodies = [{}, {"email": "a@example.com"}, {"email": "b@example.com"}, {}]
    answers = [await person.client.post("/api/v1/auth/email-verification", json=body) for body in bodies]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]


async def test_the_audit_log_outlives_the_account(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await person.client.delete("/api/v1/users/me")
    assert {event.user_id for event in await rows(resources, AuditModel)} == {person.id}


async def test_the_audit_log_names_the_request(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    response = await person.client.post("/api/v1/auth/logout")
    event = (await rows(resources, AuditModel))[-1]
    assert (event.event, event.request_id) == ("logout", response.headers["x-request-id"])
    assert (event.user_id, event.actor_id, event.address) == (person.id, person.id, "127.0.0.1")
