"""jwt: public keys for everybody, private ones for nobody; keys are rotated without a refused token."""

import json
from dataclasses import replace
from datetime import timedelta

import httpx2
import jwt
import pytest

from app.main import create_app
from app.resources import Resources
from app.security.access_tokens import AccessTokens
from app.security.keys import KeySet, SigningKey
from tests.factories import People

URL = "/.well-known/jwks.json"


async def test_serves_the_public_keys(client: httpx2.AsyncClient, keys: KeySet) -> None:
    response = await client.get(URL)
    (jwk,) = response.json()["keys"]
    assert jwk.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (jwk["kty"], jwk["crv"], jwk["kid"], jwk["alg"]) == ("EC", "P-256", keys.keys[0].kid, "ES256")


async def test_other_services_can_verify_tokens_with_it(client: httpx2.AsyncClient, people: People) -> None:
    person = await people.logged_in()
    keys = jwt.PyJWKSet.from_dict((await client.get(URL)).json())
    kid = jwt.get_unverified_header(person.access_token)["kid"]
    claims = jwt.decode(person.access_token, keys[kid], algorithms=["ES256"], audience="http://localhost:8000")
    assert claims["sub"] == str(person.id)


async def test_no_private_part_is_served(client: httpx2.AsyncClient, keys: KeySet) -> None:
    text = (await client.get(URL)).text
    private = json.loads(keys.dump())["keys"][0]["d"]
    assert private not in text
    assert '"d"' not in text


@pytest.mark.parametrize(("step", "status"), [("add", 200), ("promote", 200), ("retire", 401)])
async def test_a_token_outlives_the_rotation_until_its_key_is_retired(
    people: People, resources: Resources, keys: KeySet, step: str, status: int
) -> None:
    person, fresh = await people.logged_in(), SigningKey.generate()
    rotated = keys.add(fresh)
    if step != "add":
        rotated = rotated.promote(fresh.kid)
    if step == "retire":
        rotated = rotated.retire(keys.keys[0].kid)
    access_tokens = AccessTokens(rotated, issuer=resources.settings.public_url, lifetime=timedelta(minutes=10))
    later = replace(resources, keys=KeySet.parse(rotated.dump()), access_tokens=access_tokens)
    transport = httpx2.ASGITransport(app=create_app(later))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        me = await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {person.access_token}"})
        served = [jwk["kid"] for jwk in (await client.get(URL)).json()["keys"]]
    assert me.status_code == status
    assert fresh.kid in served


async def test_caches_may_keep_the_keys_for_five_minutes(client: httpx2.AsyncClient) -> None:
    assert (await client.get(URL)).headers["cache-control"] == "public, max-age=300"
