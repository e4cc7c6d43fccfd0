"""`POST /api/v1/users` with REGISTRATION_MODE=open, the default."""

import httpx2
import pytest

from app.audit.models import AuditModel
from app.resources import Resources
from app.users.models import UserModel
from tests.answers import problem
from tests.auth.postbox import mails_to
from tests.auth.records import rows
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD, People

URL = "/api/v1/users"
ADA = {"email": "ada@example.com", "password": PASSWORD, "full_name": "Ada Lovelace"}
NO_ADDRESSES = [
    *("", "ada", "ada@", "@example.com", "ada@localhost", "a b@example.com", "a@b.example\x00", None, 7),
    *("Ada <ada@example.com>", "ada@example.com\nBcc: all@example.com"),
    *("a" * 65 + "@example.com", "a@" + "b." * 125 + "example.com"),
]


async def test_makes_an_account(client: httpx2.AsyncClient, resources: Resources) -> None:
    response = await client.post(URL, json=ADA)
    assert response.status_code == 201
    (user,) = await rows(resources, UserModel)
    body = response.json()
    assert response.headers["location"] == f"/api/v1/users/{user.id}"
    times = {name: body.pop(name) for name in ("created_at", "updated_at")}
    assert all(time.endswith("Z") for time in times.values())
    assert body == {
        "id": str(user.id),
        "email": "ada@example.com",
        "full_name": "Ada Lovelace",
        "role": "user",
        "is_active": True,
        "email_verified_at": None,
        "last_login_at": None,
    }


async def test_the_name_may_be_left_out(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, json={"email": "ada@example.com", "password": PASSWORD})
    assert response.json()["full_name"] is None


async def test_the_account_can_log_in(client: httpx2.AsyncClient) -> None:
    await client.post(URL, json=ADA)
    assert (await client.post(LOGIN, **login_with(ADA["email"], PASSWORD))).is_success


@pytest.mark.parametrize("address", ["ada@example.com", "ADA@EXAMPLE.COM", " Ada@example.com "])
async def test_refuses_a_taken_email(client: httpx2.AsyncClient, people: People, address: str) -> None:
    await people.create(email="ada@example.com")
    response = await client.post(URL, json={**ADA, "email": address})
    assert problem(response) == (409, "email-taken")
    assert response.json()["detail"] == "Email already registered"


async def test_compares_addresses_in_one_unicode_form(client: httpx2.AsyncClient) -> None:
    composed, decomposed = "jos\u00e9@example.com", "jose\u0301@example.com"
    assert (await client.post(URL, json={**ADA, "email": composed})).status_code == 201
    assert problem(await client.post(URL, json={**ADA, "email": decomposed})) == (409, "email-taken")


async def test_refuses_what_is_no_address(client: httpx2.AsyncClient) -> None:
    for email in NO_ADDRESSES:
        response = await client.post(URL, json={**ADA, "email": email})
        assert problem(response) == (422, "validation-error"), email


async def test_refuses_an_address_that_is_too_long_once_it_is_normalised(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    # Case folding turns one of these letters into three.
    email = "\u0390" * 60 + "@" + "b" * 60 + "." + "c" * 50 + ".example"
    assert len(email) < 254 < len(email.casefold())
    assert problem(await client.post(URL, json={**ADA, "email": email})) == (422, "validation-error")
    assert not await rows(resources, UserModel)


@pytest.mark.parametrize("missing", ["email", "password"])
async def test_refuses_an_incomplete_registration(client: httpx2.AsyncClient, missing: str) -> None:
    response = await client.post(URL, json={name: value for name, value in ADA.items() if name != missing})
    assert response.json()["errors"] == [{"loc": ["body", missing], "msg": "Field required", "type": "missing"}]


async def test_notes_the_registration(client: httpx2.AsyncClient, resources: Resources) -> None:
    response = await client.post(URL, json=ADA, headers={"X-Request-ID": "registration-of-ada"})
    (event,) = await rows(resources, AuditModel)
    assert (event.event, str(event.user_id)) == ("registered", response.json()["id"])
    assert (event.actor_id, event.address, event.request_id) == (event.user_id, "127.0.0.1", "registration-of-ada")


async def test_notes_the_administrator_who_registers_somebody(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    response = await admin.client.post(URL, json=ADA)
    event = (await rows(resources, AuditModel))[-1]
    assert (str(event.user_id), event.actor_id) == (response.json()["id"], admin.id)


async def test_asks_for_a_confirmation_of_the_address(client: httpx2.AsyncClient, resources: Resources) -> None:
    await client.post(URL, json=ADA)
    (mail,) = await mails_to(resources, "ada@example.com")
    assert "/verify-email#token=" in mail.text


async def test_sends_no_mail_when_the_address_is_taken(
    client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    await people.create(email="ada@example.com")
    await client.post(URL, json=ADA)
    assert not await mails_to(resources, "ada@example.com")


async def test_limits_registrations_per_address(client: httpx2.AsyncClient) -> None:
    answers = [await client.post(URL, json={**ADA, "password": "short"}) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
