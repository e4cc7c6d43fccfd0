"""Everything else: headers on every answer, hosts, CORS, sizes. How the middleware works is tested in tests/web."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from app.core.settings import Settings
from app.users.service import UserService
from tests.answers import problem
from tests.credentials import LOGIN
from tests.factories import People
from tests.security.surface import endpoints

HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
#: What everybody may know and keep.
CACHED = {"/.well-known/jwks.json": "public, max-age=300"}
ERRORS = {
    404: ("GET", "/nowhere", {}, b""),
    405: ("PUT", "/api/v1/users", {}, b""),
    400: ("GET", "/api/v1/users/me", {"Host": "evil.example"}, b""),
    401: ("GET", "/api/v1/users/me", {}, b""),
    422: ("POST", "/api/v1/users", {"Content-Type": "application/json"}, b"{"),
    413: ("POST", "/api/v1/users", {"Content-Type": "application/json"}, b"x" * 1_048_577),
}


def assert_safe(response: httpx2.Response) -> None:
    """Check the headers of one answer."""
    expected = {**HEADERS, "cache-control": CACHED.get(response.request.url.path, "no-store")}
    assert {name: response.headers.get(name) for name in HEADERS} == expected
    assert "server" not in response.headers
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["x-request-id"]


async def test_every_endpoint_answers_with_the_security_headers(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    for endpoint in endpoints(app):
        assert_safe(await endpoint.call(admin.client))


@pytest.mark.parametrize("status", ERRORS)
async def test_errors_carry_them_too(client: httpx2.AsyncClient, status: int) -> None:
    method, path, headers, content = ERRORS[status]
    response = await client.request(method, path, headers=headers, content=content)
    assert problem(response)[0] == status
    assert_safe(response)


async def test_a_crash_carries_them_and_tells_nothing(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await people.logged_in()

    def crash(*_: object) -> None:
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr(UserService, "update_user", crash)
    response = await person.client.patch("/api/v1/users/me", json={})
    assert problem(response) == (500, "internal-error")
    assert "RuntimeError" not in response.text
    assert "secret" not in response.text
    assert_safe(response)


async def test_an_unknown_length_is_counted_as_it_arrives(client: httpx2.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 65_536

    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/users", content=endless(), headers=headers)
    assert problem(response) == (413, "content-too-large")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "", "local host"])
async def test_a_foreign_host_is_refused(client: httpx2.AsyncClient, host: str) -> None:
    response = await client.get("/api/v1/users/me", headers={"Host": host})
    assert problem(response) == (400, "invalid-host")


async def test_no_origin_may_read_answers_until_it_is_named(client: httpx2.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    preflight = await client.options(LOGIN, headers=headers)
    assert not preflight.is_success
    assert_safe(preflight)


class TestNamedOrigin:
    """CORS_ORIGINS names one origin."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Return settings with one origin."""
        return settings.model_copy(update={"cors_origins": ("https://good.example",)})

    @pytest.mark.parametrize(
        ("origin", "allowed"),
        [
            ("https://good.example", "https://good.example"),
            ("https://evil.example", None),
            ("https://good.example.evil.example", None),
            ("http://good.example", None),
            ("null", None),
        ],
    )
    async def test_only_that_one_may_read_answers(
        self, client: httpx2.AsyncClient, origin: str, allowed: str | None
    ) -> None:
        response = await client.get("/api/v1/users/me", headers={"Origin": origin})
        assert response.headers.get("access-control-allow-origin") == allowed
        # No cookies cross origins: the API takes bearer tokens.
        assert "access-control-allow-credentials" not in response.headers


class TestProduction:
    """ENVIRONMENT=production."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Return settings of production."""
        return settings.model_copy(update={"environment": "production"})

    async def test_browsers_are_told_to_stay_with_https(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/api/v1/users/me")
        assert "max-age=63072000" in response.headers["strict-transport-security"]

    @pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
    async def test_nothing_describes_the_service(self, client: httpx2.AsyncClient, path: str) -> None:
        assert problem(await client.get(path)) == (404, "not-found")
