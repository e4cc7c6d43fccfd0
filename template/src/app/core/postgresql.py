"""PostgreSQL: one pool, and limits that the server itself holds."""

from contextlib import AbstractAsyncContextManager
from typing import ClassVar

from sqlalchemy import event, make_url, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app import DISTRIBUTION
from app.core.engines import Engines, pool_options, replace_broken
from app.core.errors import Unavailable
from app.core.locked_connection import locked_connection
from app.core.server_settings import ServerSettings
from app.core.troubles import Trouble
from app.core.urls import Parameter

DEVELOPMENT_URL = f"postgresql://postgres@localhost:5432/{DISTRIBUTION.replace('-', '_')}"
#: Any number, as long as every release uses the same: the lock belongs to the database.
MIGRATION_LOCK = text("SELECT pg_try_advisory_lock(728361946)")
#: A migration that waits for a table makes every later statement on that table wait behind it.
MIGRATION_SETTINGS = text("SET lock_timeout = '10s'")
#: A migration that fails leaves nothing behind.
MIGRATES_AS_A_WHOLE = True
#: By SQLSTATE.
TROUBLES: dict[object, Trouble] = {
    **dict.fromkeys(("08000", "08001", "08003", "08006"), Trouble.AWAY),
    **dict.fromkeys(("53300", "57P01", "57P02", "57P03"), Trouble.BUSY),
    **dict.fromkeys(("28000", "28P01", "42501"), Trouble.REFUSED),
    "3D000": Trouble.MISSING,
    "55P03": Trouble.LOCKED,
}
#: `sslmode` is what platforms write, who mean the library of most other clients. The rest are settings of the service.
PARAMETERS = {
    **dict.fromkeys(("ssl", "sslmode"), Parameter("ssl", "disable|allow|prefer|require|verify-ca|verify-full")),
    "target_session_attrs": Parameter(
        "target_session_attrs", "any|primary|standby|read-write|read-only|prefer-standby"
    ),
    **{name: Parameter(name) for name in ("host", "port", "passfile", "krbsrvname", "gsslib")},
}


class DatabaseSettings(ServerSettings):
    """The database."""

    schemes: ClassVar = ("postgresql", "postgres")
    driver: ClassVar = "postgresql+asyncpg"
    parameters: ClassVar = PARAMETERS


def connect(settings: DatabaseSettings) -> Engines:
    """Make an engine with a bounded pool; no connection is opened before the first statement.

    The server ends what takes too long. The driver ends what the server no longer answers, a second later.
    """
    limits = {
        "statement_timeout": settings.database_statement_timeout_seconds,
        "idle_in_transaction_session_timeout": settings.database_idle_transaction_timeout_seconds,
    }
    engine = create_async_engine(
        settings.url,
        **pool_options(settings),
        connect_args={
            "timeout": settings.database_connect_timeout_seconds,
            "command_timeout": settings.database_statement_timeout_seconds + 1,
            "server_settings": {
                "application_name": DISTRIBUTION,
                **{name: f"{seconds * 1000:.0f}" for name, seconds in limits.items()},
            },
        },
    )
    event.listen(engine.sync_engine, "handle_error", _tell_changed_tables)
    replace_broken(engine, lambda connection: bool(connection.is_closed()))
    # Reading needs no transaction: one round trip instead of three.
    return Engines(engine.execution_options(isolation_level="AUTOCOMMIT"), engine, engine)


def _tell_changed_tables(context: ExceptionContext) -> Unavailable | None:
    # A migration changed a table under a prepared statement, which is forgotten now: the next try prepares another.
    stale = AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError
    return Unavailable() if isinstance(context.original_exception, stale) else None


def migration_connection(url: str) -> AbstractAsyncContextManager[AsyncConnection]:
    """Open a connection outside of the pools that alone may migrate; all is committed at the end, or nothing."""
    engine = create_async_engine(url, poolclass=NullPool)
    return locked_connection(engine, lock=MIGRATION_LOCK, settings=MIGRATION_SETTINGS)


def scratch_url(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    server = make_url(url)
    return server.set(database=f"{DISTRIBUTION.replace('-', '_')}_{name}").render_as_string(hide_password=False)


async def create_database(url: str) -> None:
    """Make an empty database in which texts sort and compare as on every engine: by code points, case as in Unicode."""
    await _administer(url, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")


async def drop_database(url: str) -> None:
    """Remove a database, whoever is connected to it."""
    await _administer(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


async def _administer(url: str, statement: str) -> None:
    target = make_url(url)
    engine = create_async_engine(target.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        name = connection.dialect.identifier_preparer.quote_identifier(target.database or "")
        await connection.execute(text(statement.format(name)))
