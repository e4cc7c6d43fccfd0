"""Fixtures: the service with a collector, and endpoints of its own."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx2
import pytest
from fastapi import FastAPI

from app.core.settings import load_settings
from app.main import create_app
from app.resources import Resources
from app.tracing.settings import TracingSettings
from app.tracing.tracing import Tracing, connect_tracing
from app.web.dependencies import TasksDep
from tests.tracing.collector import Collector, collecting
from tests.tracing.tasks import note, stumble

#: Has spans and their parents sent; returns all that has come.
Flush = Callable[[], Collector]


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Return a collector that the settings name."""
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        yield collector


@pytest.fixture
def tracing(collector: Collector) -> Tracing:
    """Return what traces as the environment says."""
    return connect_tracing(load_settings(TracingSettings))


@pytest.fixture
def flush(tracing: Tracing, collector: Collector) -> Flush:
    """Return a function that has all sent that has ended, and returns the collector."""

    def send() -> Collector:
        if tracing.provider:
            tracing.provider.force_flush()
        return collector

    return send


@pytest.fixture
def app(resources: Resources) -> FastAPI:
    """Return an application of its own: FastAPI is told once where its spans go."""
    app = create_app(resources)

    async def find(thing_id: int) -> int:
        return thing_id

    async def crash() -> None:
        raise RuntimeError("no power")

    async def hand_over(tasks: TasksDep) -> None:
        tasks.enqueue(note, "a canary")

    async def hand_over_badly(tasks: TasksDep) -> None:
        tasks.enqueue(stumble)

    app.add_api_route("/things/{thing_id}", find, methods=["GET", "POST"])
    app.add_api_route("/crash", crash)
    app.add_api_route("/tasks", hand_over, methods=["POST"])
    app.add_api_route("/bad-tasks", hand_over_badly, methods=["POST"])
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of that application."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client
