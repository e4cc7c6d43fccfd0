"""Two processes of the service count log-ins together, and each by itself while Redis is away."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest

from tests.credentials import LOGIN, login_with
from tests.operations.service import Service
from tests.wire import Wire

EMAIL = "nobody@example.com"


@pytest.fixture
async def clients(replicas: list[Service]) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Return a client of each process."""
    async with AsyncExitStack() as stack:
        urls = [f"http://127.0.0.1:{service.port}" for service in replicas]
        yield [await stack.enter_async_context(httpx2.AsyncClient(base_url=url)) for url in urls]


async def guess(client: httpx2.AsyncClient) -> httpx2.Response:
    """Guess a password."""
    return await client.post(LOGIN, **login_with(EMAIL, "not the right password"))


async def guesses(*clients: httpx2.AsyncClient, number: int) -> Counter[int]:
    """Guess so often, in turn."""
    return Counter([(await guess(clients[turn % len(clients)])).status_code for turn in range(number)])


async def test_they_count_the_log_ins_of_an_account_together(clients: list[httpx2.AsyncClient]) -> None:
    assert await guesses(*clients, number=8) == {401: 5, 429: 3}
    refused = [await guess(client) for client in clients]
    assert all(50 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)


async def test_without_redis_requests_go_on_and_limits_still_bite(
    clients: list[httpx2.AsyncClient], replicas: list[Service], wire: Wire
) -> None:
    first, second = clients
    assert await guesses(first, number=4) == {401: 4}
    await wire.cut()
    # The second has seen nothing yet, and knows nothing of the first.
    assert await guesses(second, number=8) == {401: 5, 429: 3}
    assert await guesses(first, number=2) == {401: 1, 429: 1}
    await wire.mend()
    assert (await second.get("/health/ready")).status_code == 200
    assert await guesses(second, number=2) == {429: 2}
    events = replicas[1].events()
    assert (events.count("redis_away"), events.count("redis_back")) == (1, 1)
    assert "unhandled_error" not in events
