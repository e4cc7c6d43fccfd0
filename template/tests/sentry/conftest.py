"""A service that reports, and where it reports to."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.resources import Resources, load_resources
from tests.sentry.receiver import Receiver


@pytest.fixture
def canary() -> str:
    """Return what must not leave; no source has it."""
    return f"canary{uuid4().hex}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return who takes reports."""
    with Receiver().listening() as receiver:
        yield receiver


@pytest.fixture
def dsn(receiver: Receiver) -> str:
    """Return where reports go."""
    return receiver.dsn


@pytest.fixture
async def reporting(dsn: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Resources]:
    """Return the parts of a service that reports, as the environment says; tests close them to have all reports."""
    for name, value in {**environment, "LOG_LEVEL": "WARNING", "SENTRY_DSN": dsn}.items():
        monkeypatch.setenv(name, value)
    resources = load_resources()
    yield resources
    await resources.aclose(task_seconds=0)


@pytest.fixture
def own_app(reporting: Resources) -> FastAPI:
    """Return an application to which a test adds what goes wrong."""
    return create_app(reporting)


@pytest.fixture
async def own_client(own_app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of it."""
    transport = httpx2.ASGITransport(app=own_app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client
