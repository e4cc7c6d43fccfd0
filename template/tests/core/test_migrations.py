"""Migrations: one process at a time, which the others say, and rows outlive a step back."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, insert, inspect, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.core.clock import utc_now, uuid7
from app.core.dialect import migration_connection
from app.core.models import Base
from app.metadata import import_models
from tests.database import ROOT
from tests.operations.forks import Process, Program, fork
from tests.operations.service import START

import_models()
WAITING = "Another process is migrating this database; waiting for it to finish.\n"
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Replica:
    """One that migrates before it serves."""

    process: Process
    output: Path
    complaints: Path

    async def waits(self) -> None:
        """Return once it has said so."""
        while self.complaints.read_text() != WAITING:
            assert self.process.returncode is None, self.complaints.read_text()
            await asyncio.sleep(0.05)


async def migrate(url: str, output: Path) -> Replica:
    """Start `app migrate`."""
    complaints = output.with_suffix(".complaints")
    environment = {**os.environ, "ENVIRONMENT": "test", "DATABASE_URL": url}
    program = Program(START, ["migrate"], ROOT, environment, stdout=output, stderr=complaints)
    return Replica(await fork(program), output, complaints)


async def test_replicas_that_migrate_at_once_take_turns_and_say_so(empty_url: str, tmp_path: Path) -> None:
    async with migration_connection(empty_url):
        replicas = [await migrate(empty_url, tmp_path / f"{number}.output") for number in range(2)]
        # Both are told while a third one works, and not when it is done.
        for replica in replicas:
            await asyncio.wait_for(replica.waits(), 60)
    for replica in replicas:
        code = await asyncio.wait_for(replica.process.wait(), 60)
        assert (code, replica.complaints.read_text()) == (0, WAITING)
        assert replica.output.read_text().splitlines()[-1].startswith("The database is at revision ")
    async with create_async_engine(empty_url, poolclass=NullPool).connect() as connection:
        assert len((await connection.execute(text("SELECT version_num FROM alembic_version"))).all()) == 1
        tables = await connection.run_sync(lambda connection: inspect(connection).get_table_names())
    assert {*tables} == {*Base.metadata.tables, "alembic_version"}


def test_rows_of_other_tables_outlive_a_step_back_and_forth(empty_url: str) -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["database_url"] = empty_url
    command.upgrade(config, "head")
    asyncio.run(fill(empty_url))
    before = asyncio.run(read(empty_url))
    assert all(len(rows) == 2 for rows in before.values())

    command.downgrade(config, "-1")
    between = asyncio.run(read(empty_url))
    assert between or len(list(ScriptDirectory.from_config(config).walk_revisions())) == 1
    command.upgrade(config, "head")
    after = asyncio.run(read(empty_url))

    assert after.keys() == before.keys() == Base.metadata.tables.keys()
    for name, rows in between.items():
        kept = [{column: row[column] for column in rows[0]} for row in before[name]]
        assert rows == kept, name
        assert [{column: row[column] for column in rows[0]} for row in after[name]] == kept, name


async def fill(url: str) -> None:
    """Write two rows into every table."""
    made: dict[Column[Any], list[Any]] = {}
    async with create_async_engine(url, poolclass=NullPool).begin() as connection:
        for table in Base.metadata.sorted_tables:
            rows = [{column.name: value(column, number, made) for column in table.columns} for number in range(2)]
            for column in table.columns:
                made[column] = [row[column.name] for row in rows]
            await connection.execute(insert(table), rows)


def value(column: Column[Any], number: int, made: dict[Column[Any], list[Any]]) -> Any:
    """Return something that the column can hold."""
    for key in column.foreign_keys:
        return made[key.column][number] if key.column in made else None
    if column.type.python_type is str:
        return f"{number} {column.name}"[: getattr(column.type, "length", None)]
    values: dict[str, Any] = {"UUID": uuid7(), "datetime": utc_now(), "date": utc_now().date(), "dict": {"a": number}}
    kind: Any = column.type.python_type
    return values[kind.__name__] if kind.__name__ in values else kind(number)


async def read(url: str) -> Rows:
    """Return all rows, without the columns that are not there at this revision."""
    found: Rows = {}
    async with create_async_engine(url, poolclass=NullPool).connect() as connection:
        there = await connection.run_sync(names_of_columns)
        for name in there.keys() & Base.metadata.tables.keys():
            table = Base.metadata.tables[name]
            query = select(*(column for column in table.columns if column.name in there[name]))
            rows = (await connection.execute(query.order_by(*table.primary_key.columns))).mappings()
            found[name] = [dict(row) for row in rows]
    return found


def names_of_columns(connection: Connection) -> dict[str, set[str]]:
    """Return the columns of every table that is there."""
    tables = inspect(connection).get_multi_columns()
    return {name: {column["name"] for column in columns} for (_, name), columns in tables.items()}
