"""Every request is counted once, under a name that nobody outside can choose."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.resources import Resources
from tests.metrics.reading import read, total

COUNT = "http_server_request_duration_seconds_count"
THING = "/things/{thing_id}"


@pytest.fixture
async def own_app(resources: Resources) -> FastAPI:
    """Return an application with endpoints of its own."""
    app = create_app(resources)

    async def find(thing_id: int) -> int:
        return thing_id

    async def crash() -> None:
        raise RuntimeError("no power")

    async def look() -> float:
        return total(read(resources.metrics.registry), "http_server_active_requests")

    app.add_api_route(THING, find)
    app.add_api_route("/crash", crash)
    app.add_api_route("/look", look)
    return app


@pytest.fixture
def own_client(own_app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=own_app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000")


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [("/things/7", THING, "200"), ("/things/x", THING, "422"), ("/crash", "/crash", "500")],
)
async def test_a_request_is_counted_under_its_route_and_its_status(
    own_client: httpx2.AsyncClient, resources: Resources, path: str, route: str, status: str
) -> None:
    await own_client.get(path)
    labels = {"http_request_method": "GET", "http_route": route, "http_response_status_code": status}
    found = read(resources.metrics.registry)
    assert total(found, COUNT) == total(found, COUNT, **labels) == 1
    assert 0 < total(found, "http_server_request_duration_seconds_sum", **labels) < 5


async def test_the_routes_of_the_service_are_known_in_full(client: httpx2.AsyncClient, resources: Resources) -> None:
    await client.get("/health/live")
    assert total(read(resources.metrics.registry), COUNT, http_route="/health/live") == 1


async def test_a_flood_of_unknown_paths_and_methods_adds_no_series(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    await client.get("/unknown")
    await client.request("BREW", "/unknown")
    before = read(resources.metrics.registry)
    for number in range(100):
        await client.get(f"/unknown/{number}")
        await client.request(f"BREW{number}", f"/unknown/{number}?{number}")
    after = read(resources.metrics.registry)
    assert after.keys() == before.keys()
    assert total(after, COUNT, http_route="") == 202
    assert total(after, COUNT, http_request_method="_OTHER") == 101


async def test_what_is_refused_at_once_is_counted_too(client: httpx2.AsyncClient, resources: Resources) -> None:
    await client.post("/health/live", content=b"x" * (resources.settings.max_body_bytes + 1))
    assert total(read(resources.metrics.registry), COUNT, http_response_status_code="413", http_route="") == 1


async def test_a_request_is_active_until_it_is_answered(own_client: httpx2.AsyncClient, resources: Resources) -> None:
    assert (await own_client.get("/look")).json() == 1
    assert total(read(resources.metrics.registry), "http_server_active_requests") == 0


async def test_a_client_that_goes_away_is_counted_as_that(own_app: FastAPI, resources: Resources) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        await asyncio.sleep(60)

    own_app.add_api_route("/hang", hang)
    transport = httpx2.ASGITransport(app=own_app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        asking = asyncio.create_task(client.get("/hang"))
        await started.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    found = read(resources.metrics.registry)
    assert total(found, COUNT, http_route="/hang", http_response_status_code="499") == 1
    assert total(found, "http_server_active_requests") == 0
