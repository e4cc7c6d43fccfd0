"""Rule 8: state transitions are one conditional statement; races end in one winner, never in 500."""

import asyncio
from collections import Counter

import httpx2
import pytest

from app.accounts.models import MailTokenModel
from app.auth.models import SessionModel
from app.resources import Resources
from app.security.settings import SecuritySettings
from app.users.models import UserModel
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, mails_to, token_to
from tests.auth.records import rows, set_user
from tests.factories import PASSWORD, People
from tests.security.limits import generous

AT_ONCE = 20


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


async def race(client: httpx2.AsyncClient, url: str, *bodies: dict[str, str]) -> Counter[int]:
    """Send all bodies at once and count the statuses."""
    answers = await asyncio.gather(*(client.post(url, json=body) for body in bodies))
    return Counter(answer.status_code for answer in answers)


async def test_one_of_many_registrations_of_an_address_wins(client: httpx2.AsyncClient, resources: Resources) -> None:
    bodies = [
        {"email": "Ada@example.com" if n % 2 else "ada@example.com", "password": PASSWORD} for n in range(AT_ONCE)
    ]
    assert await race(client, "/api/v1/users", *bodies) == {201: 1, 409: AT_ONCE - 1}
    assert len(await rows(resources, UserModel)) == 1
    assert len(await mails_to(resources, "ada@example.com")) == 1


async def test_one_of_many_uses_of_a_reset_link_wins(people: People, resources: Resources) -> None:
    person = await people.create()
    await person.client.post("/api/v1/auth/password-reset", json={"email": person.email})
    token = await token_to(resources, person.email)
    bodies = [{"token": token, "new_password": f"another long password {n}"} for n in range(10)]
    assert await race(person.client, "/api/v1/auth/password-reset/confirm", *bodies) == {204: 1, 404: 9}


async def test_one_of_many_confirmations_wins(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await person.client.post("/api/v1/auth/email-verification", json={})
    body = {"token": await token_to(resources, person.email)}
    assert await race(person.client, "/api/v1/auth/email-verification/confirm", *[body] * 10) == {204: 1, 404: 9}
    assert not await rows(resources, MailTokenModel)


async def test_one_of_two_accounts_gets_a_new_address(people: People, resources: Resources) -> None:
    persons = [await people.logged_in() for _ in range(2)]
    tokens = []
    for person in persons:
        await person.client.post("/api/v1/auth/email-verification", json={"email": "new@example.com"})
        tokens.append({"token": await token_to(resources, "new@example.com")})
    url = "/api/v1/auth/email-verification/confirm"
    assert await race(persons[0].client, url, *tokens) == {204: 1, 404: 1}
    assert [user.email for user in await rows(resources, UserModel)].count("new@example.com") == 1


async def test_one_of_many_password_changes_wins(people: People) -> None:
    person = await people.logged_in()
    bodies = [{"current_password": PASSWORD, "new_password": f"another long password {n}"} for n in range(4)]
    statuses = await race(person.client, "/api/v1/auth/password", *bodies)
    assert statuses[204] == 1
    assert statuses.keys() <= {204, 403, 409}


@pytest.mark.parametrize("which", ["logout", "logout-all"])
async def test_many_log_outs_do_no_harm(people: People, resources: Resources, which: str) -> None:
    bystander, *persons = [await people.logged_in() for _ in range(5)]
    statuses: Counter[int] = Counter()
    for person in persons:
        log_outs = [person.client.post(f"/api/v1/auth/{which}") for _ in range(8)]
        lists = [person.client.get("/api/v1/auth/sessions") for _ in range(8)]
        statuses.update(answer.status_code for answer in await asyncio.gather(*log_outs, *lists))
    assert statuses[204] >= len(persons)
    assert statuses.keys() <= {200, 204, 401}
    assert [login.user_id for login in await rows(resources, SessionModel)] == [bystander.id]


async def test_many_deletions_of_one_account_do_no_harm(people: People) -> None:
    admin, person = await people.administrator(), await people.create()
    url = f"/api/v1/users/{person.id}"
    answers = await asyncio.gather(*(admin.client.delete(url) for _ in range(10)))
    assert Counter(answer.status_code for answer in answers) == {204: 1, 404: 9}


async def test_a_reset_loses_against_a_password_that_was_set_while_it_hashed(
    people: People, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await people.create()
    await person.client.post("/api/v1/auth/password-reset", json={"email": person.email})
    token, original = await token_to(resources, person.email), resources.passwords.hash

    async def slowly(password: str) -> str:
        await set_user(resources, person.id, hashed_password="set meanwhile")
        return await original(password)

    monkeypatch.setattr(resources.passwords, "hash", slowly)
    body = {"token": token, "new_password": "another long password"}
    response = await person.client.post("/api/v1/auth/password-reset/confirm", json=body)
    assert problem(response) == INVALID_LINK
    assert [user.hashed_password for user in await rows(resources, UserModel)] == ["set meanwhile"]
