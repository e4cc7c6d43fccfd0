"""Fixtures of a service that believes a provider."""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from app.security import provider_keys
from app.security.provider_settings import ProviderSettings
from tests.provider.clock import Clock
from tests.provider.people import People
from tests.provider.server import AUDIENCE, Provider


@pytest.fixture(scope="session")
def shared_provider() -> Iterator[Provider]:
    """Return a running provider that nobody changes: processes of the service are told where it is."""
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(shared_provider: Provider) -> Provider:
    """Return the provider of this test; where tests change it, they have one of their own under this name."""
    return shared_provider


@pytest.fixture
def oidc(provider: Provider) -> ProviderSettings:
    """Return settings of the provider."""
    return ProviderSettings(environment="test", oidc_issuer=provider.issuer, oidc_audience=AUDIENCE)


@pytest.fixture(scope="session")
def secrets(shared_provider: Provider) -> dict[str, str]:
    """Return what a process of the service needs to know of the provider."""
    return {"OIDC_ISSUER": shared_provider.issuer, "OIDC_AUDIENCE": AUDIENCE}


@pytest.fixture(scope="session")
def deployed(secrets: dict[str, str]) -> dict[str, str]:
    """Return the same as it would be in production."""
    return {**secrets, "OIDC_ISSUER": "https://login.example.com"}


@pytest.fixture
def people(provider: Provider, new_client: Callable[[], httpx2.AsyncClient]) -> People:
    """Return a maker of accounts."""
    return People(provider, new_client)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which keys grow old."""
    clock = Clock()
    monkeypatch.setattr(provider_keys, "monotonic", clock)
    return clock
