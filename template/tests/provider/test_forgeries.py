"""Every guarded route refuses every token that is not good."""

from datetime import timedelta

import httpx2
import pytest
import time_machine
from fastapi import FastAPI

from app.core.clock import utc_now
from tests.answers import problem
from tests.factories import People
from tests.provider.forgery import FORGERIES, sign
from tests.security.surface import endpoints

URL = "/api/v1/users/me"


async def test_every_guarded_route_refuses_every_bad_token(
    app: FastAPI, client: httpx2.AsyncClient, people: People
) -> None:
    person = await people.logged_in()
    guarded = [endpoint for endpoint in endpoints(app) if not endpoint.public]
    for kind, forge in FORGERIES.items():
        client.headers["Authorization"] = f"Bearer {forge(person)}"
        for endpoint in guarded:
            response = await endpoint.call(client)
            assert problem(response) == (401, "invalid-token"), (kind, endpoint)
            assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"', (kind, endpoint)


async def test_the_forger_can_make_good_tokens_too(people: People, client: httpx2.AsyncClient) -> None:
    """Otherwise the test above would prove nothing."""
    person = await people.logged_in()
    for good in (
        sign(person),
        sign(person, typ="application/at+jwt"),
        sign(person, typ="AT+JWT"),
        sign(person, {"aud": "https://api.example.com"}),
        sign(person, {"sub": "x" * 255, "scope": None}),
    ):
        client.headers["Authorization"] = f"Bearer {good}"
        assert (await client.get(URL)).status_code == 200


async def test_a_token_is_refused_from_the_moment_it_expires(people: People, client: httpx2.AsyncClient) -> None:
    person = await people.logged_in()
    now = utc_now()
    client.headers["Authorization"] = f"Bearer {sign(person, {'exp': int(now.timestamp()) + 60})}"
    # Its signature is remembered, its end is not.
    for seconds, status in ((0, 200), (60 + 29, 200), (60 + 31, 401)):
        with time_machine.travel(now + timedelta(seconds=seconds)):
            assert (await client.get(URL)).status_code == status


@pytest.mark.parametrize("scheme", ["Basic", "Token", "DPoP", "bearer:"])
async def test_other_schemes_are_no_log_in(people: People, scheme: str) -> None:
    person = await people.logged_in()
    person.client.headers["Authorization"] = f"{scheme} {person.access_token}"
    assert problem(await person.client.get(URL)) == (401, "unauthenticated")


@pytest.mark.parametrize("place", ["access_token", "token"])
async def test_tokens_in_the_address_or_in_cookies_are_no_log_in(people: People, place: str) -> None:
    person = await people.logged_in()
    token = person.access_token
    del person.client.headers["Authorization"]
    for options in ({"params": {place: token}}, {"headers": {"Cookie": f"{place}={token}"}}):
        response = await person.client.get(URL, **options)  # type: ignore[arg-type]
        assert problem(response) == (401, "unauthenticated")


@pytest.mark.parametrize("token", [b"\xff\xfe", b"a" * 8193, b"\xe9.\xe9", b"e30.e30.e30", b"." * 500, b"bnVsbA.x.x"])
async def test_bytes_of_any_shape_are_refused(client: httpx2.AsyncClient, token: bytes) -> None:
    response = await client.get(URL, headers={b"Authorization": b"Bearer " + token})
    assert problem(response) == (401, "invalid-token")
