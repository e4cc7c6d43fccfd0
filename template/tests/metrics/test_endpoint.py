"""/metrics of the service itself: for development, never where strangers are."""

import dataclasses

import httpx2
from fastapi import FastAPI

from app.main import create_app
from app.resources import Resources
from tests.metrics.reading import parse, total


async def test_is_served_in_the_format_of_prometheus(client: httpx2.AsyncClient) -> None:
    await client.get("/health/live")
    response = await client.get("/metrics")
    assert (response.status_code, response.headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert total(parse(response.text), "http_server_request_duration_seconds_count", http_route="/health/live") == 1


async def test_is_served_as_openmetrics_to_who_asks_for_it(client: httpx2.AsyncClient) -> None:
    response = await client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert response.headers["content-type"].startswith("application/openmetrics-text")
    assert response.text.endswith("# EOF\n")


async def test_is_not_in_the_description(app: FastAPI) -> None:
    assert "/metrics" not in app.openapi()["paths"]


async def test_is_not_served_to_the_public(resources: Resources) -> None:
    settings = resources.settings.model_copy(update={"environment": "production"})
    app = create_app(dataclasses.replace(resources, settings=settings))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://localhost") as client:
        assert (await client.get("/metrics")).status_code == 404
