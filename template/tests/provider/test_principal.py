"""Who somebody at the provider is here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_DNS, RFC_4122, UUID

import httpx2
import pytest
from fastapi import Depends

from app.auth.guards import require
from app.core.clock import utc_now
from app.core.principal import Principal, ReauthenticationRequired
from app.main import create_app
from app.resources import Resources
from app.security.subjects import id_of, uuid8
from app.web.dependencies import ActorDep
from tests.factories import People
from tests.provider.forgery import sign
from tests.provider.registered import CLIENT, SECRET
from tests.provider.server import Provider

URL = "/api/v1/users/me"


@pytest.fixture(scope="module")
def other_provider() -> Iterator[Provider]:
    """Return a second issuer."""
    provider = Provider()
    yield provider
    provider.stop()


async def principal_of(resources: Resources, token: str) -> Principal:
    """Return the caller as endpoints see it."""
    app = create_app(resources)
    seen: list[Principal] = []

    async def look(actor: ActorDep) -> None:
        seen.append(actor)

    app.add_api_route("/look", look, dependencies=[Depends(require())])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        response = await client.get("/look", headers={"Authorization": f"Bearer {token}"})
    assert response.is_success, response.text
    return seen[0]


def test_ids_are_those_of_the_standard() -> None:
    """RFC 9562, B.2."""
    assert uuid8(NAMESPACE_DNS, "www.example.com") == UUID("5c146b14-3c52-8afd-938a-375d0df1fbf6")


def test_ids_stay_what_they_are() -> None:
    """Rows in databases carry them."""
    assert id_of("https://login.example.com/", "248289761001") == UUID("51a2ee0d-50af-850b-981c-58568a0a9aba")


def test_ids_are_well_formed_and_differ() -> None:
    pairs = [("https://a", "bc"), ("https://ab", "c"), ("https://a", "b"), ("https://a", "BC"), ("https://a", "bc ")]
    ids = {id_of(*pair) for pair in pairs}
    assert len(ids) == len(pairs)
    assert {(made.version, made.variant) for made in ids} == {(8, RFC_4122)}


async def test_one_name_at_two_issuers_is_two_people(people: People, other_provider: Provider) -> None:
    here = await people.logged_in(sub="ada")
    there = People(other_provider, people.new_client).create("ada")
    await there.log_in()
    assert there.id != here.id
    # And the tokens of the other issuer are worth nothing here, even with the key's name of this one.
    for token in (
        there.access_token,
        sign(here, {"iss": other_provider.issuer}),
        other_provider.sign({"iss": here.provider.issuer}, kid=here.provider.signer.kid),
    ):
        here.use(token)
        assert (await here.client.get(URL)).status_code == 401


async def test_the_principal_is_the_same_as_with_any_credential(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    principal = await principal_of(resources, person.access_token)
    again = await principal_of(resources, sign(person))
    assert (principal.kind, principal.id, principal.subject) == ("user", person.id, person.sub)
    assert principal.issuer == person.provider.issuer
    assert principal.scopes == {"openid", "items:read", "items:write"}
    assert principal.session_id == again.session_id is not None
    assert principal.authenticated_at is not None
    assert utc_now() - principal.authenticated_at < timedelta(minutes=1)
    principal.require_recent_authentication()


async def test_a_token_that_does_not_say_when_its_owner_logged_in_is_not_recent(
    people: People, resources: Resources
) -> None:
    person = await people.logged_in()
    for claims, expected in (
        ({"auth_time": None, "sid": None}, None),
        ({"auth_time": 1_700_000_000}, datetime.fromtimestamp(1_700_000_000, UTC)),
    ):
        principal = await principal_of(resources, sign(person, dict(claims)))
        assert principal.authenticated_at == expected
        with pytest.raises(ReauthenticationRequired):
            principal.require_recent_authentication()
    assert (await principal_of(resources, sign(person, {"sid": None}))).session_id is None


async def test_a_machine_is_a_caller_like_any_other(provider: Provider, client: httpx2.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "scope": "items:read"}
    async with httpx2.AsyncClient(base_url=provider.issuer) as machine:
        tokens = (await machine.post("/token", data=form, auth=(CLIENT, SECRET))).json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    me = (await client.get(URL)).json()
    assert (me["sub"], me["scopes"], me["id"]) == (CLIENT, ["items:read"], str(id_of(provider.issuer, CLIENT)))
