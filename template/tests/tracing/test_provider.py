"""What a request asks the identity provider is part of its trace."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.provider.people import People
from tests.provider.server import Provider
from tests.tracing.collector import read
from tests.tracing.conftest import Flush

URL = "/api/v1/users/me"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a provider of this test alone."""
    provider = Provider()
    yield provider
    provider.stop()


async def test_discovery_and_keys_are_calls_of_the_request(people: People, provider: Provider, flush: Flush) -> None:
    person = await people.logged_in()
    assert (await person.client.get(URL)).status_code == 200
    collector = flush()
    request = collector.named(f"GET {URL}")
    calls = [span for span in collector.spans if span.name == "GET"]
    assert {read(span.attributes)["url.full"] for span in calls} == {
        f"{provider.issuer}/.well-known/openid-configuration",
        f"{provider.issuer}/keys",
    }
    assert {(span.trace_id, span.parent_span_id) for span in calls} == {(request.trace_id, request.span_id)}


async def test_a_provider_that_is_away_is_an_error(people: People, provider: Provider, flush: Flush) -> None:
    person = await people.logged_in()
    provider.stop()
    assert (await person.client.get(URL)).status_code == 503
    call = flush().named("GET")
    assert (call.status.code, read(call.attributes)["error.type"]) == (2, "ConnectError")


async def test_tokens_are_in_no_span(people: People, flush: Flush) -> None:
    person = await people.logged_in()
    await person.client.get(URL)
    token = person.client.headers["authorization"].removeprefix("Bearer ")
    assert len(token) > 100
    assert token.rpartition(".")[2].encode() not in b"".join(flush().bodies)


async def test_a_probe_that_asks_the_provider_leaves_no_span(client: httpx2.AsyncClient, flush: Flush) -> None:
    assert (await client.get("/health/ready")).status_code == 200
    assert flush().spans == []
