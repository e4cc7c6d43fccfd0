"""Two processes of the service share what they have read of items, and its end."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest

from tests.answers import problem
from tests.factories import People
from tests.operations.service import Service
from tests.wire import Wire

URL = "/api/v1/items"


@pytest.fixture
async def clients(people: People, replicas: list[Service]) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Return clients of one person, one for each process."""
    person = await people.logged_in()
    async with AsyncExitStack() as stack:
        urls = [f"http://127.0.0.1:{service.port}" for service in replicas]
        clients = [httpx2.AsyncClient(base_url=url, headers=person.credential) for url in urls]
        yield [await stack.enter_async_context(client) for client in clients]


async def title(client: httpx2.AsyncClient, path: str) -> str:
    """Return the title that a client sees."""
    return str((await client.get(path)).json()["title"])


async def test_what_one_changes_the_other_shows_at_once(clients: list[httpx2.AsyncClient]) -> None:
    first, second = clients
    path = (await first.post(URL, json={"title": "0"})).headers["location"]
    for number in range(1, 10):
        assert await title(second, path) == str(number - 1)
        await (first, second)[number % 2].patch(path, json={"title": str(number)})
        assert [await title(client, path) for client in (second, first)] == [str(number)] * 2
    await first.delete(path)
    assert problem(await second.get(path)) == (404, "item-not-found")


async def test_while_redis_is_away_for_one_of_them_both_go_on(
    clients: list[httpx2.AsyncClient], replicas: list[Service], wire: Wire
) -> None:
    first, second = clients
    path = (await first.post(URL, json={"title": "0"})).headers["location"]
    await wire.cut()
    await first.patch(path, json={"title": "1"})
    assert [await title(client, path) for client in (second, first)] == ["1"] * 2
    assert (await second.patch(path, json={"title": "2"})).status_code == 200
    assert await title(second, path) == "2"
    await wire.mend()
    assert (await second.get("/health/ready")).status_code == 200
    await second.patch(path, json={"title": "3"})
    assert [await title(client, path) for client in (second, first)] == ["3"] * 2
    events = replicas[1].events()
    assert (events.count("redis_away"), events.count("redis_back"), events.count("unhandled_error")) == (1, 1, 0)
