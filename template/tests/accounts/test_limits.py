"""Limits around accounts that strangers must not be able to turn against their owners."""

from uuid import UUID

import pytest

from app.core.clock import utc_now
from app.emails.mailer import MemoryMailer
from app.resources import Resources
from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.auth.postbox import mails_to
from tests.auth.records import set_user
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD, People, Person

NEW = "another horse and a blue staple"


async def guess(people: People, email: str, times: int) -> None:
    for _ in range(times):
        await people.new_client().post(LOGIN, **login_with(email, "wrong"))


async def test_the_owner_changes_the_password_while_strangers_guess_it(people: People) -> None:
    person = await people.logged_in()
    await guess(people, person.email, 8)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await person.client.post("/api/v1/auth/password", json=body)).status_code == 204


async def test_a_reset_ends_the_waiting_time_that_strangers_have_caused(people: People, mailer: MemoryMailer) -> None:
    person = await people.create()
    await guess(people, person.email, 8)
    assert (await person.log_in()).status_code == 429
    client = people.new_client()
    await client.post("/api/v1/auth/password-reset", json={"email": person.email})
    await people.resources.tasks.drain(5)
    token = mailer.outbox[-1].text.partition("#token=")[2].split()[0]
    body = {"token": token, "new_password": NEW}
    assert (await client.post("/api/v1/auth/password-reset/confirm", json=body)).status_code == 204
    person.password = NEW
    assert (await person.log_in()).is_success


async def test_many_accounts_cannot_fill_one_mailbox(people: People, mailer: MemoryMailer) -> None:
    statuses = []
    for _ in range(4):
        person = await people.logged_in()
        response = await person.client.post("/api/v1/auth/email-verification", json={"email": "victim@example.net"})
        statuses.append(response.status_code)
    assert statuses == [202, 202, 202, 429]


async def test_an_address_that_is_registered_again_and_again_gets_three_mails(
    people: People, resources: Resources
) -> None:
    body = {"email": "victim@example.net", "password": PASSWORD}
    for _ in range(5):
        client = people.new_client()
        response = await client.post("/api/v1/users", json=body)
        assert response.status_code == 201
        person = Person(UUID(response.json()["id"]), body["email"], PASSWORD, client)
        await person.log_in()
        assert (await client.delete("/api/v1/users/me")).status_code == 204
    assert len(await mails_to(resources, body["email"])) == 3


@pytest.mark.parametrize(("confirmed", "notices"), [(False, 3), (True, 5)])
async def test_an_address_that_nobody_has_confirmed_gets_three_notices(
    *, people: People, resources: Resources, confirmed: bool, notices: int
) -> None:
    person = await people.logged_in()
    if confirmed:
        await set_user(resources, person.id, email_verified_at=utc_now())
    for number in range(5):
        body = {"current_password": person.password, "new_password": f"{NEW} {number}"}
        assert (await person.client.post("/api/v1/auth/password", json=body)).status_code == 204
        person.password = body["new_password"]
    assert len(await mails_to(resources, person.email)) == notices


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    return security.model_copy(update={"login_rate_per_address": "20/minute"})


async def test_changing_passwords_is_limited_per_address(people: People) -> None:
    person = await people.logged_in()
    answers = []
    for number in range(21):
        body = {"current_password": person.password, "new_password": f"{NEW} {number}"}
        answers.append(await person.client.post("/api/v1/auth/password", json=body))
        person.password = f"{NEW} {number}"
    assert {answer.status_code for answer in answers[:20]} == {204}
    assert problem(answers[20])[0] == 429


@pytest.mark.parametrize("address", ["ada@straße.de", "straße@example.com", "\u017fam@example.com"])
async def test_an_address_that_folds_to_somebody_elses_is_refused(people: People, address: str) -> None:
    response = await people.new_client().post("/api/v1/users", json={"email": address, "password": PASSWORD})
    assert problem(response)[0] == 422


async def test_logs_in_with_the_address_as_it_was_registered(people: People) -> None:
    client, address = people.new_client(), "Ada@xn--bcher-kva.example"
    await client.post("/api/v1/users", json={"email": address, "password": PASSWORD})
    assert (await client.post(LOGIN, **login_with(address, PASSWORD))).is_success
