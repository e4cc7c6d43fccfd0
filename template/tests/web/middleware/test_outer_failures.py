"""Middleware that fails, lengths of thousands of digits, refused pre-flights."""

import httpx2
import pytest
from fastapi import FastAPI

from app.web.middleware.deadline import DeadlineMiddleware
from tests.web.conftest import MakeApp, client_of

APP = "https://app.example.com"
TRACE = {"Origin": "https://evil.example", "Access-Control-Request-Method": "TRACE"}


async def test_a_middleware_that_fails_is_answered_like_any_failure(
    small_client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(DeadlineMiddleware, "__call__", fail)
    response = await small_client.get("/public")
    assert response.status_code == 500
    assert response.json()["code"] == "internal-error"
    assert response.json()["request_id"] == response.headers["X-Request-ID"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("length", "status"), [("0" * 5000 + "2", 200), ("0" * 5000, 200), ("9" * 5000, 413), ("0" * 50 + "1025", 413)]
)
async def test_a_long_length_is_a_number(length: str, status: int, small_client: httpx2.AsyncClient) -> None:
    response = await small_client.post("/upload", content=b"{}", headers={"Content-Length": length})
    assert response.status_code == status


async def test_a_refused_preflight_is_a_problem(make_app: MakeApp) -> None:
    async with client_of(make_app(cors_origins=APP)) as client:
        response = await client.options("/items/1", headers=TRACE)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Vary"].startswith("Origin")
    problem = response.json()
    assert (problem["code"], problem["detail"]) == ("cors-refused", "Disallowed CORS origin, method")
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_not_ready_says_when_to_come_back(app: FastAPI, client: httpx2.AsyncClient) -> None:
    app.state.draining = True
    assert (await client.get("/health/ready")).headers["Retry-After"] == "5"
