"""MySQL and MariaDB: one pool, and limits that the server itself holds."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from sqlalchemy import event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from app import DISTRIBUTION
from app.core.collations import exact_collation, is_mariadb, require_exact_collations
from app.core.engines import Engines, pool_options, replace_broken
from app.core.errors import Unavailable
from app.core.locked_connection import locked_connection
from app.core.server_settings import ServerSettings
from app.core.troubles import Trouble
from app.core.urls import Parameter

DEVELOPMENT_URL = f"mysql://root@localhost:3306/{DISTRIBUTION.replace('-', '_')}"
# Names of locks are shared by all databases of a server.
MIGRATION_LOCK = text("SELECT GET_LOCK(CONCAT('migrate ', MD5(DATABASE())), 0)")
#: A migration that waits for a table makes every later statement on that table wait behind it. Warnings say for every
#: table that MySQL calls its primary key as it likes.
MIGRATION_SETTINGS = text("SET SESSION lock_wait_timeout = 10, max_error_count = 0")
#: A migration that fails leaves what it did before.
MIGRATES_AS_A_WHOLE = False
#: By number.
TROUBLES: dict[object, Trouble] = {
    **dict.fromkeys((2002, 2003, 2006, 2013), Trouble.AWAY),
    **dict.fromkeys((1040, 1053, 1203, 1226), Trouble.BUSY),
    **dict.fromkeys((1044, 1045, 1142, 1227, 1698), Trouble.REFUSED),
    1049: Trouble.MISSING,
    1205: Trouble.LOCKED,
}

#: ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED.
ACCOUNT_LIMITS = {(1203,), (1226,)}
#: The rest are settings of the service.
PARAMETERS = {
    "charset": Parameter("charset", "utf8mb4"),
    "ssl_check_hostname": Parameter("ssl_check_hostname", "true|false"),
    **{name: Parameter(name) for name in ("unix_socket", "ssl_ca", "ssl_capath", "ssl_cert", "ssl_key")},
}


class DatabaseSettings(ServerSettings):
    """The database."""

    schemes: ClassVar = ("mysql", "mariadb")
    driver: ClassVar = "mysql+asyncmy"
    parameters: ClassVar = PARAMETERS


def connect(settings: DatabaseSettings) -> Engines:
    """Make an engine with a bounded pool; no connection is opened before the first statement.

    The server ends what takes too long. The driver ends what the server no longer answers, a second later.
    """
    engine = create_async_engine(
        settings.url,
        # Sessions end what they begin: one more rollback would be a round trip for every request.
        **pool_options(settings) | {"pool_reset_on_return": None},
        isolation_level="READ COMMITTED",
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": settings.database_connect_timeout_seconds,
            "read_timeout": settings.database_statement_timeout_seconds + 1,
        },
    )
    event.listen(engine.sync_engine, "handle_error", _tell_limits)
    # The driver's own pool looks there, too; `connected` stays true until something is sent.
    replace_broken(engine, lambda connection: bool(connection._transport.is_closing()))  # noqa: SLF001
    _limit(engine, settings)
    return Engines(engine, engine, engine)


def _limit(engine: AsyncEngine, settings: DatabaseSettings) -> None:
    statement, idle = settings.database_statement_timeout_seconds, settings.database_idle_transaction_timeout_seconds
    limits = {"time_zone": "'+00:00'", "innodb_lock_wait_timeout": math.ceil(statement)}
    mariadb = {"max_statement_time": statement, "idle_transaction_timeout": math.ceil(idle)}
    # MySQL limits statements that read only, and no idle transactions.
    mysql = {"max_execution_time": math.ceil(statement * 1000)}

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        values = limits | (mariadb if is_mariadb(engine.dialect) else mysql)
        cursor = connection.cursor()
        cursor.execute("SET SESSION " + ", ".join(f"{name} = {value}" for name, value in values.items()))
        cursor.close()


def _tell_limits(context: ExceptionContext) -> Unavailable | None:
    # That an account has all the connections or statements it may have comes with the SQLSTATE of a wrong statement.
    return Unavailable() if context.original_exception.args[:1] in ACCOUNT_LIMITS else None


@asynccontextmanager
async def migration_connection(url: str) -> AsyncIterator[AsyncConnection]:
    """Open a connection outside of the pools that alone may migrate; MySQL commits with every change of a table.

    Raises:
        ConfigurationError: when the database would take different texts for the same.

    """
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"charset": "utf8mb4"})
    async with locked_connection(engine, lock=MIGRATION_LOCK, settings=MIGRATION_SETTINGS) as connection:
        await require_exact_collations(connection)
        yield connection


def scratch_url(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    server = make_url(url)
    return server.set(database=f"{DISTRIBUTION.replace('-', '_')}_{name}").render_as_string(hide_password=False)


async def create_database(url: str) -> None:
    """Make an empty database in which texts sort and compare as on every engine."""
    await _administer(url, "CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE {collation}")


async def drop_database(url: str) -> None:
    """Remove a database."""
    await _administer(url, "DROP DATABASE IF EXISTS {}")


async def _administer(url: str, statement: str) -> None:
    target = make_url(url)
    engine = create_async_engine(target.set(database="mysql"), poolclass=NullPool)
    async with engine.connect() as connection:
        name = connection.dialect.identifier_preparer.quote_identifier(target.database or "")
        await connection.execute(text(statement.format(name, collation=exact_collation(connection.dialect))))
