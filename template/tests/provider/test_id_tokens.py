"""Providers that call every token `JWT`: access tokens are accepted, whatever else they sign is not."""

import httpx2
import pytest

from app.security.provider_settings import ProviderSettings
from tests.answers import problem
from tests.factories import People
from tests.provider.forgery import Claims, sign
from tests.provider.registered import CLIENT

URL = "/api/v1/users/me"
#: Claims as the providers of docs/oidc.md write them, put over those of a real token.
ACCESS: dict[str, Claims] = {
    "Keycloak": {"typ": "Bearer", "azp": CLIENT, "sid": "5a1f", "scope": "openid items:read"},
    "Auth0": {"azp": CLIENT, "scope": "openid items:read", "gty": "password"},
    "Entra ID": {"azp": CLIENT, "scope": None, "scp": "items:read", "ver": "2.0", "uti": "AbC", "sid": None},
}
OTHERS: dict[str, Claims] = {
    "an ID token": {"aud": CLIENT, "scope": None, "nonce": "n-0S6_WzA2Mj"},
    "an ID token for the API itself": {"scope": None},
    "an ID token for the API itself, with a nonce": {"nonce": "n-0S6_WzA2Mj"},
    "an ID token for the API itself, with the hash of an access token": {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"},
    "an ID token of Keycloak": {"typ": "ID"},
    "a refresh token of Keycloak": {"typ": "Refresh"},
    "a log-out token": {"scope": None, "events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
}


@pytest.fixture
def oidc(oidc: ProviderSettings) -> ProviderSettings:
    """Return settings for a provider that knows nothing better."""
    return oidc.model_copy(update={"oidc_token_types": ("JWT",)})


@pytest.mark.parametrize("provider_name", ACCESS)
async def test_accepts_their_access_tokens(people: People, client: httpx2.AsyncClient, provider_name: str) -> None:
    person = await people.logged_in()
    client.headers["Authorization"] = f"Bearer {sign(person, ACCESS[provider_name], typ='JWT')}"
    assert "items:read" in (await client.get(URL)).json()["scopes"]


@pytest.mark.parametrize("kind", OTHERS)
async def test_refuses_what_is_no_access_token(people: People, client: httpx2.AsyncClient, kind: str) -> None:
    person = await people.logged_in()
    client.headers["Authorization"] = f"Bearer {sign(person, OTHERS[kind], typ='JWT')}"
    assert problem(await client.get(URL)) == (401, "invalid-token")


async def test_refuses_the_real_id_token(people: People, client: httpx2.AsyncClient) -> None:
    person = await people.logged_in()
    assert person.id_token
    client.headers["Authorization"] = f"Bearer {person.id_token}"
    assert problem(await client.get(URL)) == (401, "invalid-token")


async def test_refuses_the_type_that_is_not_asked_for(people: People) -> None:
    person = await people.logged_in()
    assert problem(await person.client.get(URL)) == (401, "invalid-token")
