"""What the token is good for counts, and nothing else."""

import httpx2
import pytest
from fastapi import FastAPI

from app.security.provider_settings import ProviderSettings
from tests.answers import problem
from tests.factories import People
from tests.provider.forgery import Claims, sign
from tests.security.surface import Endpoint, endpoints

URL = "/api/v1/users/me"


def needs(app: FastAPI, endpoint: Endpoint) -> list[str]:
    """Return the scopes that the description says an endpoint needs."""
    operation = app.openapi()["paths"][endpoint.path][endpoint.method.lower()]
    return [scope for entry in operation.get("security", ()) for scopes in entry.values() for scope in scopes]


async def test_every_route_refuses_a_token_that_lacks_its_scope(app: FastAPI, people: People) -> None:
    person = await people.logged_in("openid", "items", "items:", "items:readwrite", "ITEMS:READ", "admin")
    for endpoint in endpoints(app):
        if needs(app, endpoint):
            assert problem(await endpoint.call(person.client)) == (403, "missing-scope"), endpoint


async def test_reading_and_changing_are_different_scopes(app: FastAPI, people: People) -> None:
    for endpoint in endpoints(app):
        for scope in needs(app, endpoint):
            other = scope.replace(":write", ":read") if scope.endswith(":write") else scope.replace(":read", ":write")
            assert problem(await endpoint.call((await people.logged_in(other)).client)) == (403, "missing-scope")
            assert (await endpoint.call((await people.logged_in(scope)).client)).status_code != 403


async def test_a_token_without_scopes_is_good_for_nothing_but_its_owners_name(
    app: FastAPI, people: People, client: httpx2.AsyncClient
) -> None:
    client.headers["Authorization"] = f"Bearer {sign(await people.logged_in(), {'scope': None})}"
    assert (await client.get(URL)).json()["scopes"] == []
    for endpoint in endpoints(app):
        if needs(app, endpoint):
            assert problem(await endpoint.call(client)) == (403, "missing-scope"), endpoint


class TestOtherClaims:
    """Providers that keep rights elsewhere."""

    @pytest.fixture
    def oidc(self, oidc: ProviderSettings) -> ProviderSettings:
        """Return settings that read two claims."""
        return oidc.model_copy(update={"oidc_scope_claims": ("scp", "roles")})

    @pytest.mark.parametrize(
        ("claims", "scopes"),
        [
            ({"scp": "a:read  a:write"}, ["a:read", "a:write"]),
            ({"scp": ["a:read", "b"]}, ["a:read", "b"]),
            ({"roles": ["a:write"]}, ["a:write"]),
            ({"scp": "a:read", "roles": ["a:write", "a:read"]}, ["a:read", "a:write"]),
            ({"scope": "not this one"}, []),
            ({"scp": ["a", 7, None, ["b"]]}, ["a"]),
            ({"scp": {"a": "b"}, "roles": 7}, []),
            ({"scp": "", "roles": []}, []),
        ],
    )
    async def test_are_read_where_the_settings_say(
        self, people: People, client: httpx2.AsyncClient, claims: Claims, scopes: list[str]
    ) -> None:
        client.headers["Authorization"] = f"Bearer {sign(await people.logged_in(), claims)}"
        assert (await client.get(URL)).json()["scopes"] == scopes
