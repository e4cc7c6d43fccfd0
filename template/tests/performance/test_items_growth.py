"""A page takes as long for a million rows as for a thousand (`make bench`); the ordinary run takes a few."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from app.core.clock import uuid7
from app.core.dialect import DatabaseSettings
from app.items.models import ItemModel
from tests.factories import People, Person
from tests.performance.conftest import Bench

PATH = "/api/v1/items"
FEW, MANY = (120, 130, 140), (1_000, 100_000, 1_000_000)
BATCH = 10_000
ROUNDS, WARM_UP = 1_000, 100
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


async def fill(people: People, rows: int) -> Person:
    """Return a new user with so many items."""
    owner = await people.logged_in()
    for batch in batches(owner.id, rows):
        async with people.resources.database.transaction() as session:
            await session.execute(insert(ITEMS), batch)
    return owner


async def analyze(people: People) -> None:
    if ANALYZE:
        async with people.resources.database.transaction() as session:
            await session.execute(text(ANALYZE))


async def read(owner: Person, rows: int) -> float:
    """Read the first page and one in the middle, and return how many seconds that took."""
    middle = (BEGIN + timedelta(seconds=rows // 2) - EPOCH) // timedelta(microseconds=1)
    began = perf_counter()
    for path in (PATH, f"{PATH}?cursor=created_at.{middle}.{UUID(int=0).hex}"):
        response = await owner.client.get(path)
        assert len(response.json()["items"]) == 50
    return perf_counter() - began


def test_a_page_takes_no_longer_for_more_rows(bench: Bench, benchmark: Any) -> None:
    sizes = FEW if benchmark.disabled else MANY
    owners = {rows: bench.runner.run(fill(bench.people, rows)) for rows in sizes}
    bench.runner.run(analyze(bench.people))
    times: dict[int, list[float]] = {rows: [] for rows in sizes}

    def measure() -> None:
        # In turns: what else the machine does slows down all of them alike.
        for rows, owner in owners.items():
            times[rows].append(bench.runner.run(read(owner, rows)))

    benchmark.pedantic(measure, rounds=ROUNDS, warmup_rounds=WARM_UP)
    if not benchmark.disabled:
        shortest, *others = (median(times[rows][WARM_UP:]) for rows in sizes)
        benchmark.extra_info["as long as for 1,000 rows"] = [other / shortest for other in others]
        assert max(others) <= 1.2 * shortest
