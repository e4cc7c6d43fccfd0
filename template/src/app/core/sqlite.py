"""SQLite: one file, many readers, one writer at a time.

So the writer has a single connection: writers queue in this process in order instead of polling for the file's lock.
What they read before their first write comes from a pool of its own, so that a queue of writers never takes the
readers' connections (WAL: readers wait for nobody).
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, SecretStr
from sqlalchemy import Dialect, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from app.core import database_settings
from app.core.engines import Engines, pool_options
from app.core.migration_lock import wait_for_turn
from app.core.sqlite_files import existing_file, require_file
from app.core.troubles import Trouble

DEVELOPMENT_URL = "sqlite:///app.db"
#: A migration that fails leaves nothing behind.
MIGRATES_AS_A_WHOLE = True
#: By the name of the error.
TROUBLES: dict[object, Trouble] = {
    "SQLITE_CANTOPEN": Trouble.AWAY,
    "SQLITE_READONLY": Trouble.REFUSED,
    "SQLITE_BUSY": Trouble.LOCKED,
    **dict.fromkeys(("SQLITE_NOTADB", "SQLITE_CORRUPT"), Trouble.DAMAGED),
}
AUTOCOMMIT: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


class DatabaseSettings(database_settings.DatabaseSettings):
    """The database."""

    schemes: ClassVar = ("sqlite",)
    driver: ClassVar = "sqlite+aiosqlite"

    database_url: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_URL), description="Where the data lives; the common URL forms are understood."
    )
    database_statement_timeout_seconds: float = Field(
        default=10,
        gt=0,
        le=600,
        description="How long a write waits for another process's lock; slow reads end with the request.",
    )
    allow_sqlite_in_production: bool = Field(
        default=False, description="Accept SQLite in production: one machine, one disk, your backups."
    )

    def production_problems(self) -> Iterator[str]:
        """Yield what the database must not be in production."""
        if not self.allow_sqlite_in_production:
            yield "DATABASE_URL is SQLite; set ALLOW_SQLITE_IN_PRODUCTION=true if one machine and one disk are enough"


def connect(settings: DatabaseSettings) -> Engines:
    """Make engines with bounded pools; no connection is opened before the first statement."""
    options = pool_options(settings)
    options["connect_args"] = {"timeout": settings.database_statement_timeout_seconds}
    url = existing_file(settings.url)
    return Engines(
        _engine(url, "query_only = ON", **options, **AUTOCOMMIT),
        _engine(url, "query_only = ON", **options, **AUTOCOMMIT),
        # The driver begins before the first INSERT, UPDATE or DELETE: the lock is held for writing only. Sessions
        # end what they begin: one more rollback would only keep the next writer waiting.
        _engine(url, "query_only = OFF", begin="IMMEDIATE", **options | {"pool_size": 1, "pool_reset_on_return": None}),
    )


def _engine(url: str, access: str, *, begin: str | None = None, **options: Any) -> AsyncEngine:
    engine = create_async_engine(url, **options)
    if begin is None:
        # In autocommit there is nothing to commit, and asking the driver's thread to takes longer than some queries.
        engine.dialect.do_commit = lambda _connection: None  # type: ignore[assignment]

    @event.listens_for(engine.sync_engine, "do_connect")
    def find(_dialect: Dialect, _entry: object, arguments: list[Any], options: dict[str, Any]) -> None:
        require_file(*arguments, **options)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = begin
        # Of its own, SQLite knows the small letters of ASCII only; a search finds what it finds on every engine.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        # WAL with NORMAL keeps every commit through a crash of the process; a power cut may lose the last ones.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", access):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


@asynccontextmanager
async def migration_connection(url: str) -> AsyncIterator[AsyncConnection]:
    """Open a connection outside of the pools that alone may write; all is committed at the end, or nothing."""
    require_file(make_url(url).database or "")
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": 0}, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        # Stays with the file. Were it left to the first requests, those that come at once would find it locked: whoever
        # changes to WAL waits for nobody. It is left to them where somebody reads the file now.
        with suppress(OperationalError):
            await connection.execute(text("PRAGMA journal_mode = WAL"))

        async def take() -> bool:
            try:
                await connection.execute(text("BEGIN IMMEDIATE"))
            except OperationalError as error:
                if "locked" not in str(error.orig):
                    raise
                return False
            return True

        await wait_for_turn(take)
        yield connection
        await connection.execute(text("COMMIT"))


def scratch_url(url: str, name: str) -> str:
    """Return the address of a file that may be lost."""
    return make_url(url).set(database=str(Path(tempfile.gettempdir(), f"{name}.db"))).render_as_string()


async def create_database(url: str) -> None:
    """Do nothing: a migration makes the file."""


async def drop_database(url: str) -> None:
    """Remove the file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        await asyncio.to_thread(Path((make_url(url).database or "") + suffix).unlink, missing_ok=True)
