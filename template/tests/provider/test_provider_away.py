"""The provider is away, or slow."""

import time
from collections.abc import Iterator

import httpx2
import pytest

from app.security.provider_settings import ProviderSettings
from tests.answers import problem
from tests.factories import People
from tests.provider.clock import Clock
from tests.provider.server import AUDIENCE, KEYS, Provider

URL = "/api/v1/users/me"
AWAY = (503, "identity-provider-unavailable")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a provider of this test alone."""
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def oidc(provider: Provider) -> ProviderSettings:
    """Return settings with little patience."""
    return ProviderSettings(
        environment="test", oidc_issuer=provider.issuer, oidc_audience=AUDIENCE, oidc_timeout_seconds=1
    )


async def test_known_keys_are_good_for_a_day_and_then_nobody_gets_in(
    people: People, provider: Provider, clock: Clock
) -> None:
    person = await people.logged_in()
    assert (await person.client.get(URL)).status_code == 200
    provider.stop()
    for hours in (1, 22):
        clock.forward(hours=hours)
        assert (await person.client.get(URL)).status_code == 200
    clock.forward(hours=1, seconds=1)
    assert problem(await person.client.get(URL)) == AWAY
    provider.start()
    clock.forward(seconds=3)
    assert (await person.client.get(URL)).status_code == 200


async def test_without_any_key_nobody_gets_in_and_is_told_when_to_come_again(
    people: People, provider: Provider, clock: Clock
) -> None:
    person = await people.logged_in()
    provider.stop()
    response = await person.client.get(URL)
    assert problem(response) == AWAY
    assert response.headers["retry-after"] == "2"
    assert "www-authenticate" not in response.headers
    provider.start()
    assert problem(await person.client.get(URL)) == AWAY, "it was asked a moment ago"
    clock.forward(seconds=3)
    assert (await person.client.get(URL)).status_code == 200


async def test_who_sends_no_token_is_told_so_whether_the_provider_is_there_or_not(
    client: httpx2.AsyncClient, provider: Provider
) -> None:
    provider.stop()
    assert problem(await client.get(URL)) == (401, "unauthenticated")


async def test_a_key_that_may_be_new_is_not_called_wrong_while_nobody_can_tell(
    people: People, provider: Provider, clock: Clock
) -> None:
    person = await people.logged_in()
    assert (await person.client.get(URL)).status_code == 200
    provider.rotate()
    new = await people.logged_in()
    provider.stop()
    clock.forward(seconds=31)
    response = await new.client.get(URL)
    assert problem(response) == AWAY
    assert response.headers["retry-after"] == "30"
    assert (await person.client.get(URL)).status_code == 200


async def test_a_provider_that_takes_too_long_is_away(people: People, provider: Provider) -> None:
    person = await people.logged_in()
    provider.seconds = 2
    assert problem(await person.client.get(URL)) == AWAY


async def test_a_provider_that_never_comes_to_an_end_is_away(people: People, provider: Provider) -> None:
    person = await people.logged_in()
    provider.seconds_per_byte = 0.05
    began = time.monotonic()
    assert problem(await person.client.get(URL)) == AWAY
    assert time.monotonic() - began < 3


async def test_is_ready_with_old_keys_but_not_without_any(
    client: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    provider.stop()
    response = await client.get("/health/ready")
    assert problem(response) == (503, "not-ready")
    assert response.json()["checks"]["identity_provider"] == "away"
    provider.start()
    clock.forward(seconds=3)
    assert (await client.get("/health/ready")).json()["checks"]["identity_provider"] == "ok"
    provider.stop()
    clock.forward(hours=23)
    assert (await client.get("/health/ready")).status_code == 200
    assert provider.asked[KEYS] == 1, "probes ask for nothing that is there"
