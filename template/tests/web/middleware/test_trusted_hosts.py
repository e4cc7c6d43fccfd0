"""The service answers to its own names only."""

import httpx2
import pytest

from tests.web.conftest import MakeApp, client_of

ALLOWED = "api.example.com,*.example.org,127.0.0.1,[::1]"


@pytest.mark.parametrize(
    "host",
    [
        "api.example.com", "API.Example.COM", "api.example.com:8443", "a.example.org", "a.b.example.org:1",
        "127.0.0.1:8000", "[::1]", "[::1]:8000",
    ],
)  # fmt: skip
async def test_answers_to_its_names_on_any_port(host: str, make_app: MakeApp) -> None:
    async with client_of(make_app(allowed_hosts=ALLOWED)) as client:
        assert (await client.get("/items/1", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "example.org", "evilexample.org", "api.example.com.evil.example",
        "evil.example:api.example.com", "api.example.com:8443:1", "api.example.com@evil.example", "api.example.com/x",
        "api.example.com, evil.example", "[::2]", "::1", "[::1", " api.example.com x", "x" * 300 + ".example.org",
    ],
)  # fmt: skip
async def test_refuses_every_other_name(host: str, make_app: MakeApp) -> None:
    async with client_of(make_app(allowed_hosts=ALLOWED)) as client:
        response = await client.get("/items/1", headers={"Host": host})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid-host"


async def test_refuses_two_hosts(make_app: MakeApp) -> None:
    async with client_of(make_app(allowed_hosts=ALLOWED)) as client:
        hosts = [("Host", "api.example.com"), ("Host", "evil.example")]
        assert (await client.get("/items/1", headers=hosts)).status_code == 400


async def test_an_asterisk_allows_every_well_formed_name(make_app: MakeApp) -> None:
    async with client_of(make_app(allowed_hosts="*")) as client:
        assert (await client.get("/items/1", headers={"Host": "whatever.example:81"})).status_code == 200
        assert (await client.get("/items/1", headers={"Host": "a b"})).status_code == 400


async def test_an_address_may_be_written_without_brackets_in_the_settings(make_app: MakeApp) -> None:
    async with client_of(make_app(allowed_hosts="::1")) as client:
        assert (await client.get("/items/1", headers={"Host": "[::1]:80"})).status_code == 200


async def test_probes_may_use_the_address_of_the_instance(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/health/live", headers={"Host": "10.1.2.3:8000"})).status_code == 200
    assert (await client.get("/openapi.json", headers={"Host": "10.1.2.3:8000"})).status_code == 400
