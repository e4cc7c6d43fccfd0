"""`GET /api/v1/items/{item_id}` is read from the cache, where nobody logs in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import httpx2
import pytest

from app.cache.cache import Cache
from app.cache.redis import RedisStore
from app.items.models import ItemModel
from app.items.repository import ItemRepository
from app.main import create_app
from app.resources import Resources
from tests.answers import problem
from tests.redis_server import NewRedis

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
def reads(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Return which items were read from where they are stored."""
    reads, get_owned = list[UUID](), ItemRepository.get_owned

    async def read(self: ItemRepository, item_id: UUID, owner_id: UUID) -> ItemModel | None:
        reads.append(item_id)
        return await get_owned(self, item_id, owner_id)

    monkeypatch.setattr(ItemRepository, "get_owned", read)
    return reads


async def test_an_item_is_read_once_for_all_replicas(
    client: httpx2.AsyncClient, replica: httpx2.AsyncClient, reads: list[UUID]
) -> None:
    item = (await client.post(URL, json={"title": "Bicycle", "description": "Red"})).json()
    for each in (client, replica, client):
        assert (await each.get(f"{URL}/{item['id']}")).json() == item
    assert reads == [UUID(item["id"])]


async def test_what_is_changed_or_deleted_is_seen_by_all_replicas_at_once(
    client: httpx2.AsyncClient, replica: httpx2.AsyncClient
) -> None:
    path = (await client.post(URL, json={"title": "Bicycle"})).headers["location"]
    for title, writer in (("Tandem", client), ("Tricycle", replica)):
        await client.get(path)
        await writer.patch(path, json={"title": title})
        assert [(await each.get(path)).json()["title"] for each in (replica, client)] == [title] * 2
    await replica.delete(path)
    assert problem(await client.get(path)) == (404, "item-not-found")


async def test_a_change_that_fails_is_no_change(client: httpx2.AsyncClient) -> None:
    path = (await client.post(URL, json={"title": "Bicycle"})).headers["location"]
    assert problem(await client.patch(path, json={"title": ""})) == (422, "validation-error")
    assert problem(await client.patch(f"{URL}/{UUID(int=7)}", json={"title": "Tandem"})) == (404, "item-not-found")
    assert (await client.get(path)).json()["title"] == "Bicycle"
