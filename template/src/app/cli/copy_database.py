"""All rows from one database into another, such as from SQLite to a server."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from app.cli.database import alembic_config
from app.cli.errors import fail, readable_errors
from app.core.copying import copy_tables, count_rows, reads_file, snapshot
from app.core.dialect import DatabaseSettings, migration_connection
from app.core.models import Base
from app.core.settings import load_settings
from app.metadata import import_models

commands = typer.Typer()
Source = Annotated[str, typer.Option("--from", help="Address of the database to read: SQLite, or one of this engine.")]
Target = Annotated[str | None, typer.Option("--to", help="Address of the database to fill; unset: DATABASE_URL.")]


class Refused(Exception):
    """The copy cannot begin."""


@commands.command()
def copy_database(source: Source, target: Target = None) -> None:
    """Copy all rows into an empty, migrated database: completely, or not at all."""
    with readable_errors():
        url = target or load_settings(DatabaseSettings).url
    import_models()
    (newest,) = ScriptDirectory.from_config(alembic_config()).get_heads()
    try:
        known = source if reads_file(source) else _own("--from", source)
        counts = asyncio.run(_copy(known, _own("--to", url), newest))
    except Exception as error:  # noqa: BLE001 - whatever it was, whoever waits has to know what was copied: nothing
        raise fail(f"Nothing was copied: {_reason(error)}.") from None
    for name, number in counts.items():
        typer.echo(f"{number:>12,}  {name}")
    typer.echo(f"{sum(counts.values()):>12,}  rows copied; every table has as many as the one it comes from.")


def _own(option: str, url: str) -> str:
    try:
        return DatabaseSettings.with_driver(url)
    except ValueError as error:
        raise Refused(f"{option} {error}") from None


async def _copy(source_url: str, target_url: str, newest: str) -> dict[str, int]:
    # Nothing else migrates meanwhile; all is committed at the end, or nothing.
    async with snapshot(source_url) as source, migration_connection(target_url) as target:
        return await target.run_sync(_copy_all, source, newest)


def _copy_all(target: Connection, source: Connection, newest: str) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    _require_revisions(source, target, newest)
    _require_no_rows(target, tables)
    total = sum(count_rows(source, table) for table in tables)
    hidden = not sys.stderr.isatty()
    with typer.progressbar(range(total), label="Copying", file=sys.stderr, hidden=hidden) as bar:
        return copy_tables(source, target, tables, bar.update)


def _require_revisions(source: Connection, target: Connection, newest: str) -> None:
    there, here = _revision(source), _revision(target)
    if here != newest:
        raise Refused(f"--to is at revision {here}, not at {newest}; `app migrate` brings it there")
    if there != here:
        raise Refused(f"--from is at revision {there}, --to at {here}; `app migrate` brings both to the same")


def _revision(connection: Connection) -> str:
    return ", ".join(MigrationContext.configure(connection).get_current_heads()) or "none"


def _require_no_rows(target: Connection, tables: Sequence[Table]) -> None:
    if filled := [table.name for table in tables if count_rows(target, table)]:
        raise Refused(f"--to is not empty: it has rows in {', '.join(filled)}")


def _reason(error: Exception) -> str:
    # The text of the driver alone: SQLAlchemy adds the statement and what was to be written.
    text = str(error.orig if isinstance(error, DBAPIError) else error)
    return text.strip().partition("\n")[0].rstrip(".") or type(error).__name__
