"""How Alembic reaches the database: the address comes from DATABASE_URL, or from the caller."""

import asyncio
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from app.core.columns import ExactDecimal, Json
from app.core.dialect import DatabaseSettings, migration_connection
from app.core.models import Base, UtcDateTime
from app.core.settings import load_settings
from app.metadata import import_models

import_models()


def database_url() -> str:
    """Return the address that the caller set on the configuration, else that of the environment."""
    given = context.config.attributes.get("database_url")
    return given or load_settings(DatabaseSettings).url


def render_type(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """Write the service's own column types with their import; Alembic knows how to write all others."""
    if kind == "type" and isinstance(item, UtcDateTime | ExactDecimal | Json):
        name = type(item).__name__
        context.imports.add(f"from {type(item).__module__} import {name}")
        return f"{name}()"
    return False


def run(connection: Connection) -> None:
    """Run the migrations: in one transaction, where the engine can undo a change of a table."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=render_type,
        on_version_apply=context.config.attributes.get("report"),
        # SQLite cannot alter columns: tables are copied instead.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    """Wait until no other process migrates, then run."""
    async with migration_connection(database_url()) as connection:
        await connection.run_sync(run)


if context.is_offline_mode():
    raise SystemExit("Offline mode is not supported: migrations run against a database.")
asyncio.run(connect_and_run())
