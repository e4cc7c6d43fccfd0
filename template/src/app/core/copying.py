"""Rows from one database into another: read through the column types of one engine, written through the other's."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Select,
    Table,
    bindparam,
    create_engine,
    func,
    insert,
    make_url,
    or_,
    select,
)
from sqlalchemy import update as update_of
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

#: Rows that are in memory at a time.
BATCH = 1000


class CountsDiffer(Exception):
    """A table has more or fewer rows than the one it was copied from."""


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Connection]:
    """Open a database as it is at this moment, for reading: of the own engine, or SQLite, for which Python has all."""
    if reads_file(url):
        with _open_file(make_url(url)) as file:
            yield file
    else:
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
        async with engine.connect() as server:
            yield await server.run_sync(lambda connection: connection)


def reads_file(url: str) -> bool:
    """Tell whether an address is one of SQLite."""
    return url.startswith("sqlite")


@contextmanager
def _open_file(url: URL) -> Iterator[Connection]:
    file = Path(url.database or "").resolve(strict=True).as_uri()
    read_only = url.set(drivername="sqlite", database=file, query={"mode": "ro", "uri": "true"})
    with create_engine(read_only, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("BEGIN")
        yield connection


def count_rows(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def copy_tables(
    source: Connection, target: Connection, tables: Sequence[Table], copied: Callable[[int], object]
) -> dict[str, int]:
    """Copy the rows of all tables, which are in the order of their references; return how many each one has.

    A reference to a row that may come later (of the same table, or in a circle) is set at the end. `copied` is told of
    every batch. Nothing is committed.

    Raises:
        CountsDiffer: when the target has not as many rows as the source.

    """
    later = {table: _references_to_later(table, tables[:index]) for index, table in enumerate(tables)}
    for table in tables:
        without = {column.key: None for column in later[table]}
        for rows in _batches(source, select(table).order_by(*table.primary_key)):
            target.execute(insert(table), [row | without for row in rows])
            copied(len(rows))
    for table, columns in later.items():
        if columns:
            _set_references(source, target, table, columns)
    return {table.name: _verified_count(source, target, table) for table in tables}


def _references_to_later(table: Table, before: Sequence[Table]) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if column.nullable and any(key.column.table not in before for key in column.foreign_keys)
    ]


def _set_references(source: Connection, target: Connection, table: Table, columns: list[Column[Any]]) -> None:
    keys = list(table.primary_key)
    names = [*(f"key_{key.key}" for key in keys), *(f"new_{column.key}" for column in columns)]
    query = select(*(column.label(name) for column, name in zip([*keys, *columns], names, strict=True)))
    # A change of the row sets its time of change, unless that is named.
    unchanged = {column: column for column in table.columns if column.onupdate is not None}
    statement = (
        update_of(table)
        .where(*(key == bindparam(f"key_{key.key}") for key in keys))
        .values(unchanged | {column: bindparam(f"new_{column.key}") for column in columns})
    )
    for rows in _batches(source, query.where(or_(*(column.is_not(None) for column in columns)))):
        target.execute(statement, rows)


def _batches(source: Connection, query: Select[Any]) -> Iterator[list[dict[str, Any]]]:
    result = source.execute(query, execution_options={"yield_per": BATCH})
    for rows in result.mappings().partitions():
        yield [dict(row) for row in rows]


def _verified_count(source: Connection, target: Connection, table: Table) -> int:
    there, here = count_rows(source, table), count_rows(target, table)
    if here != there:
        raise CountsDiffer(f"{table.name} has {there} rows, and {here} of them arrived")
    return here
