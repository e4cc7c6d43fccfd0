"""Rule 6: every guarded route refuses every access token that is not good."""

import httpx2
import pytest
from fastapi import FastAPI

from app.resources import Resources
from tests.answers import problem
from tests.factories import People
from tests.security.forgery import FORGERIES, sign
from tests.security.surface import endpoints


async def test_every_guarded_route_refuses_every_bad_token(
    app: FastAPI, client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    person = await people.logged_in()
    guarded = [endpoint for endpoint in endpoints(app) if not endpoint.public]
    for kind, forge in FORGERIES.items():
        client.headers["Authorization"] = f"Bearer {forge(resources, person)}"
        for endpoint in guarded:
            response = await endpoint.call(client)
            assert problem(response) == (401, "invalid-token"), (kind, endpoint)
            assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"', (kind, endpoint)


async def test_the_forger_can_make_good_tokens_too(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    """Otherwise the tests above would prove nothing."""
    person = await people.logged_in()
    client.headers["Authorization"] = f"Bearer {sign(resources, person)}"
    assert (await client.get("/api/v1/users/me")).status_code == 200


@pytest.mark.parametrize("scheme", ["Basic", "Token", "Digest", "bearer:"])
async def test_other_schemes_are_no_log_in(people: People, scheme: str) -> None:
    person = await people.logged_in()
    person.client.headers["Authorization"] = f"{scheme} {person.access_token}"
    assert problem(await person.client.get("/api/v1/users/me")) == (401, "unauthenticated")


@pytest.mark.parametrize("place", ["access_token", "token"])
async def test_tokens_in_the_address_or_in_cookies_are_no_log_in(people: People, place: str) -> None:
    person = await people.logged_in()
    token = person.access_token
    del person.client.headers["Authorization"]
    for options in ({"params": {place: token}}, {"headers": {"Cookie": f"{place}={token}"}}):
        response = await person.client.get("/api/v1/users/me", **options)  # type: ignore[arg-type]
        assert problem(response) == (401, "unauthenticated")
