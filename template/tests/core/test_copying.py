"""`app.core.copying`: references in every direction, values of every type, batches, counts."""

from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, create_engine, delete, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.core import copying
from app.core.copying import CountsDiffer, copy_tables, count_rows, snapshot
from tests.core.places import MAPS, METADATA, PLACES, ROWS, THREE, TWO


@pytest.fixture
def source_url(tmp_path: Path) -> str:
    """Return the address of a file with the rows."""
    url = f"sqlite:///{tmp_path}/what is old.db"
    with create_engine(url, poolclass=NullPool).begin() as connection:
        METADATA.create_all(connection)
        for table, rows in ROWS.items():
            connection.execute(insert(table), rows)
    return url


@pytest.fixture
async def target(empty_url: str) -> AsyncIterator[AsyncEngine]:
    """Return a database of the service's own engine with empty tables."""
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    yield engine
    await engine.dispose()


async def copy(source_url: str, target: AsyncEngine, copied: Callable[[Connection, int], object]) -> dict[str, int]:
    """Copy all rows; `copied` gets the connection of the target and the size of each batch."""
    async with snapshot(source_url) as source, target.begin() as connection:
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("PRAGMA foreign_keys = ON")

        def run(own: Connection) -> dict[str, int]:
            return copy_tables(source, own, list(ROWS), lambda size: copied(own, size))

        return await connection.run_sync(run)


async def stored(target: AsyncEngine) -> dict[Table, list[dict[str, Any]]]:
    """Return all rows of the target."""
    async with target.connect() as connection:
        return {
            table: [dict(row) for row in (await connection.execute(select(table).order_by(table.c.id))).mappings()]
            for table in ROWS
        }


@pytest.mark.parametrize("size", [1, 2, 1000])
async def test_every_value_and_every_reference_arrives(
    source_url: str, target: AsyncEngine, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", size)
    batches: list[int] = []
    counts = await copy(source_url, target, lambda _, rows: batches.append(rows))
    assert counts == {"places": 3, "maps": 1}
    assert (max(batches), sum(batches)) == (min(size, 3), 4)
    assert await stored(target) == ROWS


async def test_a_row_that_does_not_arrive_is_noticed(source_url: str, target: AsyncEngine) -> None:
    def lose_one(connection: Connection, _size: int) -> None:
        connection.execute(delete(PLACES).where(PLACES.c.id == THREE))

    with pytest.raises(CountsDiffer, match="places has 3 rows, and 2 of them arrived"):
        await copy(source_url, target, lose_one)
    assert await stored(target) == {PLACES: [], MAPS: []}


async def test_what_is_written_to_the_source_meanwhile_stays_there(source_url: str, target: AsyncEngine) -> None:
    file, numbers = create_engine(source_url, poolclass=NullPool), count(10)
    with file.begin() as writer:
        writer.exec_driver_sql("PRAGMA journal_mode = WAL")

    def write(_connection: object, _size: int) -> None:
        with file.begin() as writer:
            writer.execute(insert(MAPS), [{"id": UUID(int=next(numbers)), "place_id": TWO}])

    assert await copy(source_url, target, write) == {"places": 3, "maps": 1}
    with file.connect() as reader:
        assert count_rows(reader, MAPS) == 3


async def test_the_source_cannot_be_written_to(source_url: str) -> None:
    async with snapshot(source_url) as source:
        with pytest.raises(OperationalError, match="readonly"):
            source.execute(delete(MAPS))
