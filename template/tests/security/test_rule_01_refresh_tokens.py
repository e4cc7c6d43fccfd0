"""Rule 1: a refresh token that is used twice ends its log-in, although the request fails."""

from datetime import timedelta

import httpx2
import pytest
import time_machine

from app.auth.models import SessionModel, SessionTokenModel
from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.postbox import mails_to
from tests.auth.records import audited, rows
from tests.credentials import REFUSED
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
        assert problem(await owner.client.get("/api/v1/users/me")) == REFUSED
        assert problem(await refresh(client, owner.refresh_token)) == (401, "invalid-refresh-token")
    assert not await rows(resources, SessionModel)
    assert not await rows(resources, SessionTokenModel)


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


async def test_an_address_that_nobody_has_confirmed_is_not_filled_with_notices(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.create()
    for _ in range(5):
        await person.log_in()
        copied = person.refresh_token
        await refresh(client, copied)
        with time_machine.travel(utc_now() + timedelta(seconds=11)):
            await refresh(client, copied)
    assert (await audited(resources)).count("refresh-token-reused") == 5
    assert len(await mails_to(resources, person.email)) == 3


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
