"""`app.cache.store`: what both kinds of stores promise."""

import asyncio

import pytest

from app.cache import memory
from app.cache import redis as shared
from app.cache.memory import MemoryStore
from app.cache.store import Lease, Store


async def test_a_value_comes_back_as_it_was(store: Store) -> None:
    for value in (b"", b"text", b"?lease", b"=value", bytes(range(256)), b"x" * 100_000):
        await store.put("key", value, ttl_seconds=60)
        assert await store.look("key") == value


async def test_what_was_never_put_is_not_there(store: Store) -> None:
    assert await store.look("key") is None
    await store.delete("key")


async def test_a_value_ends_by_itself(store: Store) -> None:
    await store.put("short", b"value", ttl_seconds=0.05)
    await store.put("long", b"value", ttl_seconds=60)
    await asyncio.sleep(0.1)
    assert await store.look("short") is None
    assert await store.look("long") == b"value"


async def test_several_are_deleted_at_once(store: Store) -> None:
    for key in ("one", "two", "three"):
        await store.put(key, b"value", ttl_seconds=60)
    await store.delete("one", "two")
    assert [await store.look(key) for key in ("one", "two", "three")] == [None, None, b"value"]


async def test_the_first_has_the_lease_and_all_see_it(store: Store) -> None:
    first, second = Lease(), Lease()
    assert first != second
    assert await store.take("key", first) == first
    assert await store.take("key", second) == first
    assert await store.look("key") == first


async def test_a_value_gives_no_lease(store: Store) -> None:
    await store.put("key", b"value", ttl_seconds=60)
    assert await store.take("key", Lease()) == b"value"


async def test_who_has_the_lease_puts_the_value(store: Store) -> None:
    lease = Lease()
    await store.take("key", lease)
    await store.fill("key", lease, b"value", ttl_seconds=60)
    assert await store.look("key") == b"value"


async def test_who_has_it_no_longer_puts_nothing(store: Store) -> None:
    deleted, present = Lease(), Lease()
    await store.take("key", deleted)
    await store.delete("key")
    await store.fill("key", deleted, b"outdated", ttl_seconds=60)
    assert await store.look("key") is None
    await store.take("key", present)
    for value in (b"outdated", None):
        await store.fill("key", deleted, value, ttl_seconds=60)
        assert await store.look("key") == present
    await store.put("key", b"put", ttl_seconds=60)
    await store.fill("key", present, b"outdated", ttl_seconds=60)
    assert await store.look("key") == b"put"


async def test_a_lease_can_be_given_back(store: Store) -> None:
    lease = Lease()
    await store.take("key", lease)
    await store.fill("key", lease, None, ttl_seconds=60)
    assert await store.look("key") is None


async def test_a_lease_ends_by_itself(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (memory, shared):
        monkeypatch.setattr(module, "LEASE_SECONDS", 0.05)
    late, next_one = Lease(), Lease()
    await store.take("key", late)
    await asyncio.sleep(0.1)
    assert await store.take("key", next_one) == next_one
    await store.fill("key", late, b"outdated", ttl_seconds=60)
    assert await store.look("key") == next_one


async def test_a_value_lasts_from_when_it_was_put(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (memory, shared):
        monkeypatch.setattr(module, "LEASE_SECONDS", 0.1)
    lease = Lease()
    await store.take("key", lease)
    await store.fill("key", lease, b"value", ttl_seconds=60)
    await asyncio.sleep(0.15)
    assert await store.look("key") == b"value"


async def test_memory_has_an_end_and_what_was_not_used_for_longest_makes_room() -> None:
    store = MemoryStore(most_entries=2)
    await store.put("one", b"1", ttl_seconds=60)
    await store.put("two", b"2", ttl_seconds=60)
    await store.look("one")
    await store.put("three", b"3", ttl_seconds=60)
    assert [await store.look(key) for key in ("one", "two", "three")] == [b"1", None, b"3"]
