"""A page takes as long with a million rows as with a thousand (`make bench`); the ordinary run takes a few."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from app.core.clock import uuid7
from app.core.dialect import DatabaseSettings
from app.items.models import ItemModel
from tests.performance.conftest import Bench

PATH = "/api/v1/items"
FEW, BATCH = 120, 10_000
ROUNDS = 1_000
EPOCH, BEGIN = datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
ITEMS = ItemModel.metadata.tables[ItemModel.__tablename__]
#: What a server does by itself within a minute; SQLite does without.
ANALYZE = {"postgresql+asyncpg": "ANALYZE items", "mysql+asyncmy": "ANALYZE TABLE items"}.get(DatabaseSettings.driver)


def new_item(owner: UUID, number: int) -> dict[str, Any]:
    moment = BEGIN + timedelta(seconds=number)
    times = {"created_at": moment, "updated_at": moment}
    return times | {"id": uuid7(), "owner_id": owner, "title": f"Item {number}", "description": None}


def batches(owner: UUID, rows: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, rows, BATCH):
        yield [new_item(owner, number) for number in range(start, min(start + BATCH, rows))]


async def fill(bench: Bench, rows: int) -> None:
    """Give the user of the benchmark so many items, and a stranger a tenth."""
    database = bench.people.resources.database
    stranger = await bench.people.create()
    for owner, number in ((bench.person.id, rows), (stranger.id, rows // 10)):
        for batch in batches(owner, number):
            async with database.transaction() as session:
                await session.execute(insert(ITEMS), batch)
    if ANALYZE:
        async with database.transaction() as session:
            await session.execute(text(ANALYZE))


@pytest.fixture(scope="session")
def durations() -> dict[int, float]:
    """Return what the pages take for each number of rows, as far as it is measured."""
    return {}


@pytest.mark.benchmark(group="the first page, and one in the middle")
@pytest.mark.parametrize("rows", [1_000, 100_000, 1_000_000])
def test_a_page_takes_no_longer_for_more_rows(
    rows: int, bench: Bench, benchmark: Any, durations: dict[int, float]
) -> None:
    number = FEW if benchmark.disabled else rows
    bench.runner.run(fill(bench, number))
    middle = (BEGIN + timedelta(seconds=number // 2) - EPOCH) // timedelta(microseconds=1)
    others: list[float] = []

    def read_something_else() -> None:
        began = perf_counter()
        bench.call(lambda client: client.get("/api/v1/users/me"))
        others.append(perf_counter() - began)

    def read() -> list[int]:
        first = bench.call(lambda client: client.get(PATH))
        later = bench.call(lambda client: client.get(f"{PATH}?cursor=created_at.{middle}.{UUID(int=0).hex}"))
        return [len(response.json()["items"]) for response in (first, later)]

    assert benchmark.pedantic(read, setup=read_something_else, rounds=ROUNDS, warmup_rounds=100) == [50, 50]
    if not benchmark.disabled:
        # By what a request took just before that no item can slow down: the machine has other things to do as well.
        shares = [time / other for time, other in zip(benchmark.stats.stats.data, others[-ROUNDS:], strict=True)]
        benchmark.extra_info["current users"] = durations[rows] = median(shares)
        assert durations[rows] <= 1.2 * durations[min(durations)]
