"""Both kinds of stores: what is promised of a cache holds with either."""

from collections.abc import Callable

import pytest

from app.cache.cache import Cache
from app.cache.memory import MemoryStore
from app.cache.redis import RedisStore
from app.cache.store import Store
from tests.redis_server import NewRedis

NewStore = Callable[[], Store]


@pytest.fixture
def patience(patience: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let those wait who load for others, too."""
    monkeypatch.setattr("app.cache.cache.WAIT_SECONDS", 20.0)


@pytest.fixture(params=["memory", "redis"])
def new_store(request: pytest.FixtureRequest, patience: None, new_redis: NewRedis) -> NewStore:
    """Return a function that gives what a replica keeps its entries in; all of them are the same entries."""
    alone = MemoryStore()
    kinds: dict[str, NewStore] = {"memory": lambda: alone, "redis": lambda: RedisStore(new_redis())}
    return kinds[request.param]


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """Return a store."""
    return new_store()


@pytest.fixture
def cache(store: Store) -> Cache:
    """Return the cache of a process."""
    return Cache(store)


@pytest.fixture
def other(new_store: NewStore) -> Cache:
    """Return the cache of another process."""
    return Cache(new_store())
