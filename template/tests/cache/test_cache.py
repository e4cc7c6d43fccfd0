"""`app.cache.cache`: one load for all who ask at once, and nothing outdated."""

import asyncio

import pytest

from app.cache import cache as module
from app.cache.cache import Cache
from app.cache.store import Lease, Store
from tests.cache.conftest import NewStore
from tests.cache.loading import Slow, ask, asked


async def test_keeps_and_forgets(cache: Cache, other: Cache) -> None:
    assert await cache.get("key") is None
    await cache.set("key", b"value", ttl_seconds=60)
    assert await other.get("key") == b"value"
    await other.delete("key")
    assert await cache.get("key") is None


async def test_loads_once_and_then_reads(cache: Cache, other: Cache) -> None:
    slow = Slow().at_once()
    for each in (cache, cache, other):
        assert await each.get_or_load("key", slow, ttl_seconds=60) == b"fresh"
    assert slow.calls == 1


async def test_a_lease_is_no_value(cache: Cache, store: Store) -> None:
    await store.take("key", Lease())
    assert await cache.get("key") is None


async def test_what_is_not_there_is_not_kept(cache: Cache) -> None:
    slow = Slow(value=None).at_once()
    assert [await cache.get_or_load("key", slow, ttl_seconds=60) for _ in range(2)] == [None, None]
    assert slow.calls == 2


async def test_fifty_who_ask_at_once_load_once(cache: Cache) -> None:
    slow = Slow()
    asking = [ask(cache, slow) for _ in range(50)]
    await asked(*asking)
    late = [ask(cache, slow) for _ in range(50)]
    await asked(*late)
    slow.go.set()
    assert await asyncio.gather(*asking, *late) == [b"fresh"] * 100
    assert slow.calls == 1


async def test_fifty_who_ask_at_once_in_ten_processes_load_once(new_store: NewStore) -> None:
    caches, slow = [Cache(new_store()) for _ in range(10)], Slow()
    asking = [ask(caches[number % 10], slow) for number in range(50)]
    await asked(*asking)
    slow.go.set()
    assert await asyncio.gather(*asking) == [b"fresh"] * 50
    assert slow.calls == 1


async def test_who_waits_too_long_for_another_process_loads_by_itself(
    cache: Cache, other: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.1)
    stuck, quick = Slow(), Slow(value=b"quick").at_once()
    holding = ask(other, stuck)
    await stuck.began.wait()
    assert await cache.get_or_load("key", quick, ttl_seconds=60) == b"quick"
    assert await cache.get("key") is None
    stuck.go.set()
    assert await holding == b"fresh"
    assert await cache.get("key") == b"fresh"


async def test_what_was_loaded_before_a_deletion_is_not_kept(cache: Cache, other: Cache) -> None:
    slow = Slow(value=b"outdated")
    loading = ask(cache, slow)
    await slow.began.wait()
    slow.value = b"fresh"
    await other.delete("key")
    slow.go.set()
    # Who asked before the deletion may get it.
    assert await loading == b"outdated"
    assert await cache.get("key") is None
    assert await cache.get_or_load("key", slow, ttl_seconds=60) == b"fresh"


@pytest.mark.parametrize("there", [True, False], ids=["in the process that loads", "in another"])
async def test_who_asks_after_a_deletion_gets_nothing_that_was_loaded_before(
    cache: Cache, other: Cache, *, there: bool
) -> None:
    slow = Slow(value=b"outdated")
    before = ask(cache, slow)
    await slow.began.wait()
    slow.value = b"fresh"
    await (cache if there else other).delete("key")
    after = [ask(each, slow) for each in (cache, other, cache)]
    await asked(*after)
    slow.go.set()
    assert await asyncio.gather(*after) == [b"fresh"] * 3
    assert (await before, slow.calls) == (b"outdated", 2)
    assert await other.get("key") == b"fresh"


async def test_a_failure_is_told_to_all_who_wait_and_is_not_kept(cache: Cache) -> None:
    slow = Slow(error=ZeroDivisionError())
    asking = [ask(cache, slow) for _ in range(5)]
    await asked(*asking)
    slow.go.set()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError] * 5
    assert slow.calls == 1
    slow.error = None
    assert await cache.get_or_load("key", slow, ttl_seconds=60) == b"fresh"


async def test_after_a_failure_another_process_need_not_wait(cache: Cache, other: Cache) -> None:
    slow = Slow(error=ZeroDivisionError()).at_once()
    with pytest.raises(ZeroDivisionError):
        await cache.get_or_load("key", slow, ttl_seconds=60)
    slow.error = None
    async with asyncio.timeout(module.WAIT_SECONDS / 2):
        assert await other.get_or_load("key", slow, ttl_seconds=60) == b"fresh"


async def test_when_the_one_who_loads_is_cancelled_another_does(cache: Cache) -> None:
    slow = Slow()
    first = ask(cache, slow)
    await slow.began.wait()
    second, third = (ask(cache, slow) for _ in range(2))
    await asked(first, second, third)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await asked(second, third)
    slow.go.set()
    assert {await second, await third} == {b"fresh"}
    assert slow.calls == 2
    assert cache._flights == {}


async def test_when_one_who_waits_is_cancelled_the_others_go_on(cache: Cache) -> None:
    slow = Slow()
    first = ask(cache, slow)
    await slow.began.wait()
    second, third = (ask(cache, slow) for _ in range(2))
    await asked(first, second, third)
    second.cancel()
    slow.go.set()
    assert {await first, await third} == {b"fresh"}
    assert second.cancelled()
    assert slow.calls == 1
