"""Rule 2: an access token says what it is, and no other credential acts as one."""

import httpx2
import jwt
import pytest

from app.accounts.models import MailTokenModel
from app.auth.models import SessionTokenModel
from app.resources import Resources
from app.security.opaque_tokens import digest
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK
from tests.auth.records import rows
from tests.factories import People
from tests.security.test_rule_02_credentials import NEW, mail_token


async def test_an_access_token_says_what_it_is(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    header = jwt.get_unverified_header(person.access_token)
    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": resources.keys.keys[0].kid}
    assert claims.keys() == {"iss", "sub", "aud", "exp", "iat", "jti", "sid", "scope"}
    assert claims["iss"] == claims["aud"] == "http://localhost:8000"
    assert claims["sub"] == str(person.id)
    assert claims["exp"] - claims["iat"] == 600
    assert person.email not in str(claims)


async def test_each_access_token_has_its_own_id(people: People) -> None:
    person = await people.logged_in()
    first = jwt.decode(person.access_token, options={"verify_signature": False})
    await person.log_in()
    second = jwt.decode(person.access_token, options={"verify_signature": False})
    assert first["jti"] != second["jti"]
    assert first["sid"] != second["sid"]


@pytest.mark.parametrize("purpose", ["reset", "verify", "change"])
async def test_a_mail_token_is_no_log_in(people: People, resources: Resources, purpose: str) -> None:
    person = await people.logged_in()
    token = await mail_token(person, resources, purpose)
    refreshed = await person.client.post("/api/v1/auth/refresh", json={"refresh_token": token})
    assert problem(refreshed) == (401, "invalid-refresh-token")
    person.client.headers["Authorization"] = f"Bearer {token}"
    assert problem(await person.client.get("/api/v1/users/me")) == (401, "invalid-token")


async def test_a_refresh_token_is_no_mail_token(people: People, client: httpx2.AsyncClient) -> None:
    person = await people.logged_in()
    body = {"token": person.refresh_token}
    confirmed = await client.post("/api/v1/auth/email-verification/confirm", json=body)
    reset = await client.post("/api/v1/auth/password-reset/confirm", json={**body, "new_password": NEW})
    assert problem(confirmed) == problem(reset) == INVALID_LINK


async def test_only_digests_are_stored(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    token = await mail_token(person, resources, "reset")
    assert [row.token_digest for row in await rows(resources, SessionTokenModel)] == [digest(person.refresh_token)]
    assert [row.token_digest for row in await rows(resources, MailTokenModel)] == [digest(token)]
