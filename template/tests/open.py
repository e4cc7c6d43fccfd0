"""Fixtures of a service that stores nothing and in which nobody logs in."""

from collections.abc import AsyncIterator

import pytest

from app.core.settings import Settings
from app.emails.mailer import MemoryMailer
from app.resources import Resources, build_resources


@pytest.fixture
async def resources(settings: Settings, mailer: MemoryMailer) -> AsyncIterator[Resources]:
    """Return the parts of the service."""
    resources = build_resources(settings, mailer=mailer)
    yield resources
    await resources.aclose()


@pytest.fixture
def environment() -> dict[str, str]:
    """Return what a process of the service needs to be told."""
    return {"ENVIRONMENT": "test"}


@pytest.fixture(scope="session")
def shared_environment() -> dict[str, str]:
    """Return the same for a process that several tests share."""
    return {"ENVIRONMENT": "test"}
