"""Browsers of other origins are let in only where they are named."""

import httpx2
import pytest

from tests.web.conftest import MakeApp, client_of

APP = "https://app.example.com"
PREFLIGHT = {"Origin": APP, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}


async def test_is_off_until_origins_are_named(small_client: httpx2.AsyncClient) -> None:
    response = await small_client.get("/items/1", headers={"Origin": APP})
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert (await small_client.options("/items/1", headers=PREFLIGHT)).status_code == 405


@pytest.mark.parametrize("path", ["/items/1", "/nothing", "/crash"])
async def test_a_named_origin_may_read_answers_and_errors(path: str, make_app: MakeApp) -> None:
    async with client_of(make_app(cors_origins=APP)) as client:
        response = await client.get(path, headers={"Origin": APP})
    assert response.headers["Access-Control-Allow-Origin"] == APP
    assert response.headers["Access-Control-Expose-Headers"] == "X-Request-ID, Location, ETag, Retry-After"
    assert "Access-Control-Allow-Credentials" not in response.headers


async def test_a_preflight_is_answered_with_all_our_headers(make_app: MakeApp) -> None:
    async with client_of(make_app(cors_origins=APP)) as client:
        response = await client.options("/items/1", headers=PREFLIGHT)
    assert response.status_code == 200
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    assert {"X-Request-ID", "X-Process-Time", "X-Content-Type-Options"} <= {
        name.title().replace("Id", "ID") for name in response.headers
    }


async def test_no_other_origin_is_let_in(make_app: MakeApp) -> None:
    async with client_of(make_app(cors_origins=APP)) as client:
        other = {"Origin": "https://evil.example"}
        assert "Access-Control-Allow-Origin" not in (await client.get("/items/1", headers=other)).headers
        assert (await client.options("/items/1", headers={**PREFLIGHT, **other})).status_code == 400
