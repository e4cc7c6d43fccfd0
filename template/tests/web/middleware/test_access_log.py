"""One line and two headers tell how long a request took."""

import re

import httpx2
import pytest
from fastapi import FastAPI
from structlog.typing import EventDict

from app.main import create_app
from app.resources import Resources
from tests.web.conftest import client_of, router


@pytest.fixture
def app(resources: Resources) -> FastAPI:
    """Return an application that has not logged yet: its loggers keep what was configured then."""
    return create_app(resources)


def requests_in(events: list[EventDict]) -> list[EventDict]:
    return [event for event in events if event["event"] == "request"]


@pytest.mark.parametrize("path", ["/items/1", "/nothing", "/crash", "/slow"])
async def test_the_answer_tells_how_long_it_took(path: str, small_client: httpx2.AsyncClient) -> None:
    headers = (await small_client.get(path)).headers
    seconds = float(headers["X-Process-Time"])
    assert (0.19 if path == "/slow" else 0) <= seconds < 5
    [milliseconds] = re.fullmatch(r"app;dur=(\d+\.\d{3})", headers["Server-Timing"]).groups()  # type: ignore[union-attr]
    assert float(milliseconds) == pytest.approx(seconds * 1000, abs=0.01)


async def test_one_line_tells_who_asked_what_and_got_what(
    small_client: httpx2.AsyncClient, logged: list[EventDict]
) -> None:
    response = await small_client.get("/items/7?token=hunter2", headers={"Authorization": "Bearer hunter2"})
    [line] = requests_in(logged)
    assert 0 < line.pop("duration_ms") < 5000
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "path": "/items/{item_id}",
        "status": 200,
        "client": "127.0.0.1",
        "bytes": len(response.content),
        "request_id": response.headers["X-Request-ID"],
    }


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [("/items/1", 200, "info"), ("/missing", 404, "warning"), ("/crash", 500, "error")],
)
async def test_the_level_follows_the_status(
    path: str, status: int, level: str, small_client: httpx2.AsyncClient, logged: list[EventDict]
) -> None:
    await small_client.get(path)
    [line] = requests_in(logged)
    assert (line["status"], line["log_level"]) == (status, level)


async def test_a_path_without_a_route_is_logged_as_it_is_but_not_for_ever(
    small_client: httpx2.AsyncClient, logged: list[EventDict]
) -> None:
    await small_client.get("/nothing/here?secret=1")
    await small_client.get("/" + "x" * 5000)
    short, long = requests_in(logged)
    assert short["path"] == "/nothing/here"
    assert len(long["path"]) == 200


async def test_the_whole_template_of_an_included_route_is_logged(small_app: FastAPI, logged: list[EventDict]) -> None:
    small_app.include_router(router, prefix="/api/{version}")
    async with client_of(small_app) as client:
        await client.get("/api/v1/items/7")
    assert [line["path"] for line in requests_in(logged)] == ["/api/{version}/items/{item_id}"]


@pytest.mark.parametrize(("draining", "level"), [(False, "debug"), (True, "warning")])
async def test_probes_are_logged_for_debugging_until_they_fail(
    *, draining: bool, level: str, app: FastAPI, logged: list[EventDict]
) -> None:
    app.state.draining = draining
    async with client_of(app) as client:
        await client.get("/health/ready")
    assert [line["log_level"] for line in requests_in(logged)] == [level]
