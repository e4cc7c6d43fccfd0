"""`GET /api/v1/items/{item_id}` is read from the cache, and nobody sees there what is no longer so."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import UUID

import httpx2
import pytest
from pydantic import SecretStr

from app.cache.cache import Cache
from app.cache.redis import RedisStore
from app.items.models import ItemModel
from app.items.repository import ItemRepository
from app.main import create_app
from app.resources import Resources
from tests.answers import problem
from tests.factories import People, Person
from tests.redis_server import NewRedis
from tests.wire import Wire

URL = "/api/v1/items"


@pytest.fixture(params=["memory", "redis"])
def resources(request: pytest.FixtureRequest, resources: Resources, new_redis: NewRedis) -> Resources:
    """Return the parts of the service with either cache."""
    return replace(resources, cache=Cache(RedisStore(new_redis()))) if request.param == "redis" else resources


@pytest.fixture
async def replica(resources: Resources, new_redis: NewRedis) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of another replica; what it shares is the data, and Redis if that is the cache."""
    shared = isinstance(resources.cache._store, RedisStore)
    other = replace(resources, cache=Cache(RedisStore(new_redis()))) if shared else resources
    transport = httpx2.ASGITransport(app=create_app(other), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def owner(people: People, replica: httpx2.AsyncClient) -> Person:
    """Return somebody who is logged in at both replicas."""
    person = await people.logged_in()
    replica.headers.update(person.credential)
    return person


@pytest.fixture
async def path(owner: Person) -> str:
    """Return where an item of the owner is."""
    response = await owner.client.post(URL, json={"title": "Bicycle", "description": "Red"})
    return str(response.headers["location"])


class Reads:
    """How often an item was read from where it is stored; the next read can be held."""

    def __init__(self) -> None:
        self.number = 0
        self.hold = False
        self.is_held, self.go = asyncio.Event(), asyncio.Event()

    async def pause(self) -> None:
        self.number += 1
        if self.hold:
            self.hold = False
            self.is_held.set()
            await self.go.wait()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reads]:
    """Return how often an item was read."""
    reads, get_owned = Reads(), ItemRepository.get_owned

    async def read(self: ItemRepository, item_id: UUID, owner_id: UUID) -> ItemModel | None:
        found = await get_owned(self, item_id, owner_id)
        await reads.pause()
        return found

    monkeypatch.setattr(ItemRepository, "get_owned", read)
    yield reads
    reads.go.set()


async def titles(path: str, *clients: httpx2.AsyncClient) -> list[str]:
    """Return the title that each client sees."""
    answers = [await client.get(path) for client in clients]
    assert [answer.status_code for answer in answers] == [200] * len(clients)
    return [answer.json()["title"] for answer in answers]


async def test_an_item_is_read_once_for_all_replicas(
    owner: Person, path: str, replica: httpx2.AsyncClient, reads: Reads
) -> None:
    first, *others = [(await client.get(path)).json() for client in (owner.client, replica, owner.client)]
    assert others == [first] * 2
    assert first == (await owner.client.get(URL)).json()["items"][0]
    assert reads.number == 1


async def test_a_change_is_seen_by_all_replicas_at_once(owner: Person, path: str, replica: httpx2.AsyncClient) -> None:
    for title, writer in (("Tandem", owner.client), ("Tricycle", replica)):
        await titles(path, owner.client, replica)
        assert (await writer.patch(path, json={"title": title})).status_code == 200
        assert await titles(path, replica, owner.client) == [title] * 2


async def test_an_item_that_is_deleted_is_gone_for_all_replicas(
    owner: Person, path: str, replica: httpx2.AsyncClient
) -> None:
    await titles(path, owner.client, replica)
    assert (await replica.delete(path)).status_code == 204
    for client in (owner.client, replica):
        assert problem(await client.get(path)) == (404, "item-not-found")


async def test_a_stranger_finds_nothing_in_the_cache_and_takes_nothing_away(
    owner: Person, people: People, path: str
) -> None:
    stranger = await people.logged_in()
    for _ in range(2):
        assert problem(await stranger.client.get(path)) == (404, "item-not-found")
        assert await titles(path, owner.client) == ["Bicycle"]


async def test_nobody_waits_for_what_a_stranger_looks_for(
    owner: Person, people: People, path: str, reads: Reads
) -> None:
    stranger = await people.logged_in()
    reads.hold = True
    looking = asyncio.create_task(stranger.client.get(path))
    await reads.is_held.wait()
    assert await titles(path, owner.client) == ["Bicycle"]
    reads.go.set()
    assert problem(await looking) == (404, "item-not-found")


async def test_what_was_read_before_a_change_is_not_kept_after_it(
    owner: Person, path: str, replica: httpx2.AsyncClient, reads: Reads
) -> None:
    reads.hold = True
    reading = asyncio.create_task(owner.client.get(path))
    await reads.is_held.wait()
    assert (await replica.patch(path, json={"title": "Tandem"})).status_code == 200
    assert await titles(path, owner.client, replica) == ["Tandem"] * 2
    reads.go.set()
    assert (await reading).status_code == 200
    assert await titles(path, owner.client, replica) == ["Tandem"] * 2


async def test_fifty_requests_at_once_read_it_once(
    owner: Person, path: str, replica: httpx2.AsyncClient, reads: Reads
) -> None:
    reads.hold = True
    asking = [asyncio.create_task(client.get(path)) for client in (owner.client, replica) for _ in range(25)]
    await reads.is_held.wait()
    reads.go.set()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert reads.number == 1


async def test_it_is_forgotten_after_the_change_is_stored_and_before_the_answer(
    owner: Person, path: str, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete, stored = resources.cache.delete, []

    async def look_and_delete(*keys: str) -> None:
        # The list is not cached.
        stored.append((await owner.client.get(URL)).json()["items"][0]["title"])
        await delete(*keys)

    monkeypatch.setattr(resources.cache, "delete", look_and_delete)
    await owner.client.patch(path, json={"title": "Tandem"})
    assert stored == ["Tandem"]


@pytest.mark.parametrize("foreign", ["nonsense", "=nonsense", '={"id": 7}', "=null"])
async def test_a_foreign_value_is_read_past(
    owner: Person, path: str, new_redis: NewRedis, resources: Resources, foreign: str
) -> None:
    await titles(path, owner.client)
    redis = new_redis()
    async with redis.commands() as commands:
        async for key in commands.scan_iter(match=f"{redis.prefix}:cache:*"):
            await commands.set(key, foreign)
    assert await titles(path, owner.client, owner.client) == ["Bicycle"] * 2


async def test_without_redis_items_are_served_and_changed(
    owner: Person, path: str, resources: Resources, new_redis: NewRedis, wire: Wire
) -> None:
    near = new_redis(redis_url=SecretStr(wire.url))
    other = replace(resources, cache=Cache(RedisStore(near)))
    transport = httpx2.ASGITransport(app=create_app(other), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        client.headers.update(owner.credential)
        assert await titles(path, client) == ["Bicycle"]
        await wire.cut()
        assert (await client.patch(path, json={"title": "Tandem"})).status_code == 200
        assert await titles(path, client, client) == ["Tandem"] * 2
        assert (await client.delete(path)).status_code == 204
        assert problem(await client.get(path)) == (404, "item-not-found")
