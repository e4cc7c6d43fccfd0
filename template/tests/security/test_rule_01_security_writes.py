"""Rule 1: security writes commit on their own, although the request fails."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.audit.models import AuditModel
from app.auth.models import RefreshTokenModel, SessionModel
from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.postbox import mails_to
from tests.auth.records import audited, rows
from tests.factories import People, Person


@pytest.fixture
async def thief(people: People) -> tuple[Person, str]:
    """Return somebody whose refresh token, given too, was copied and then rotated by the owner."""
    person = await people.logged_in()
    copied = person.refresh_token
    person.accept(await refresh(person.client, copied))
    return person, copied


async def refresh(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    """Exchange a refresh token."""
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def test_reuse_of_a_refresh_token_ends_the_whole_log_in(
    thief: tuple[Person, str], client: httpx2.AsyncClient, resources: Resources
) -> None:
    owner, copied = thief
    with time_machine.travel(utc_now() + timedelta(seconds=11)):
        assert problem(await refresh(client, copied)) == (401, "invalid-refresh-token")
        assert problem(await owner.client.get("/api/v1/users/me")) == (401, "invalid-token")
        assert problem(await refresh(client, owner.refresh_token)) == (401, "invalid-refresh-token")
    assert not await rows(resources, SessionModel)
    assert not await rows(resources, RefreshTokenModel)


async def test_reuse_is_audited_and_mailed_to_the_owner(
    thief: tuple[Person, str], client: httpx2.AsyncClient, resources: Resources
) -> None:
    owner, copied = thief
    with time_machine.travel(utc_now() + timedelta(seconds=11)):
        await refresh(client, copied)
        await refresh(client, copied)
    assert (await audited(resources)).count("refresh-token-reused") == 1
    (mail,) = await mails_to(resources, owner.email)
    assert "#token=" not in mail.text


async def test_reuse_ends_no_other_log_in(
    thief: tuple[Person, str], people: People, client: httpx2.AsyncClient
) -> None:
    owner, copied = thief
    second_device = Person(owner.id, owner.email, owner.password, people.new_client())
    await second_device.log_in()
    with time_machine.travel(utc_now() + timedelta(seconds=11)):
        await refresh(client, copied)
        assert (await second_device.client.get("/api/v1/users/me")).status_code == 200


async def test_a_second_use_within_ten_seconds_is_only_refused(
    thief: tuple[Person, str], client: httpx2.AsyncClient, resources: Resources
) -> None:
    owner, copied = thief
    with time_machine.travel(utc_now() + timedelta(seconds=8)):
        assert problem(await refresh(client, copied)) == (401, "invalid-refresh-token")
        assert (await owner.client.get("/api/v1/users/me")).status_code == 200
        assert (await refresh(client, owner.refresh_token)).status_code == 200
    assert "refresh-token-reused" not in await audited(resources)


async def test_an_expired_token_that_was_never_used_is_no_reuse(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(days=15)):
        assert problem(await refresh(client, person.refresh_token)) == (401, "invalid-refresh-token")
    assert await audited(resources) == ["login"]


async def test_failed_log_ins_are_audited_with_the_account_that_they_meant(
    people: People, resources: Resources
) -> None:
    known, unknown = await people.create(), await people.create()
    known.password, unknown.email = "not the right password", "unknown@example.com"
    await known.log_in()
    await unknown.log_in()
    events = await rows(resources, AuditModel)
    assert [(event.event, event.user_id) for event in events] == [("login-failed", known.id), ("login-failed", None)]


async def test_failures_that_come_together_are_all_written(people: People, resources: Resources) -> None:
    """One writer at a time is allowed (SQLite): a second connection would wait for the first one's lock."""
    persons = [await people.create() for _ in range(10)]
    for person in persons:
        person.password = "not the right password"
    answers = await asyncio.gather(*(person.log_in() for person in persons))
    assert {answer.status_code for answer in answers} == {401}
    assert await audited(resources) == ["login-failed"] * 10
