"""Every answer carries the security headers, errors included."""

import httpx2
import pytest

from tests.web.conftest import MakeApp, client_of

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PRODUCTION = {
    "environment": "production",
    "allowed_hosts": "localhost",
    "public_url": "https://localhost",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/items/1", 200),
        ("GET", "/items/x", 422),
        ("GET", "/nothing", 404),
        ("DELETE", "/items/1", 405),
        ("OPTIONS", "/items/1", 405),
        ("HEAD", "/nothing", 404),
        ("GET", "/crash", 500),
        ("GET", "/slow", 503),
    ],
)
async def test_every_answer_has_them_once(
    method: str, path: str, status: int, small_client: httpx2.AsyncClient
) -> None:
    response = await small_client.request(method, path)
    assert response.status_code == status
    for name, value in EXPECTED.items():
        assert response.headers.get_list(name) == [value]
    assert "Server" not in response.headers
    assert "Strict-Transport-Security" not in response.headers


async def test_refused_hosts_and_bodies_have_them_too(small_client: httpx2.AsyncClient) -> None:
    for response in (
        await small_client.get("/items/1", headers={"Host": "evil.example"}),
        await small_client.post("/echo", content=b"x" * 2000),
    ):
        assert response.is_error
        assert {name: response.headers[name] for name in EXPECTED} == EXPECTED


async def test_a_route_may_be_cached_when_it_says_so(small_client: httpx2.AsyncClient) -> None:
    response = await small_client.get("/public")
    assert response.headers.get_list("Cache-Control") == ["public, max-age=60"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_production_insists_on_https(make_app: MakeApp) -> None:
    async with client_of(make_app(**PRODUCTION)) as client:
        response = await client.get("/nothing")
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
