"""The database: engines, transactions, and the base of all tables."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.errors import Conflict, Unavailable

AFTER_COMMIT = "after_commit"


class Database:
    """Engines with bounded pools. No connection is opened before the first statement.

    SQLite allows one writer at a time, so there the writer is an engine of its own with a single connection:
    writers queue in this process in order instead of polling for the file's lock. Readers never wait (WAL).
    """

    def __init__(self, url: str, *, pool_size: int, acquire_timeout: float, statement_timeout: float) -> None:
        self.url = url
        options: dict[str, object] = {"pool_timeout": acquire_timeout, "max_overflow": 0, "pool_recycle": 1800}
        if url.startswith("sqlite"):
            options["connect_args"] = {"timeout": statement_timeout}
            self._reader = _sqlite_engine(url, begin="BEGIN", pool_size=pool_size, **options)
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1, **options)
        else:
            self._reader = self._writer = create_async_engine(url, pool_size=pool_size, **options)

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Open a unit of work: committed at the end of the block, rolled back by any exception.

        Nothing else in the service commits. The connection is taken at the first statement.

        Raises:
            Conflict: when the commit violates a constraint.
            Unavailable: when the database is away, busy or out of connections.

        """
        engine = self._reader if read_only else self._writer
        session = AsyncSession(engine, expire_on_commit=False, autoflush=False)
        try:
            yield session
            await session.commit()
        except IntegrityError as error:
            raise Conflict from error
        except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
            raise Unavailable from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable from error
            raise
        finally:
            await session.close()
        for callback in session.info.pop(AFTER_COMMIT, ()):
            callback()

    async def ping(self) -> None:
        """Ask the database for an answer; raises whatever the driver raises when there is none."""
        async with self._reader.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


def after_commit(session: AsyncSession, callback: Callable[[], None]) -> None:
    """Call `callback` once the session's transaction is committed; a rollback forgets it."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


@asynccontextmanager
async def despite_error(session: AsyncSession) -> AsyncIterator[None]:
    """Keep what the block writes although the request is about to fail: failure counts, revocations, audit.

    The request's own work is rolled back first, on the same connection: a second one would wait for the write
    lock that the first one holds (SQLite).
    """
    await session.close()
    session.info.pop(AFTER_COMMIT, None)
    yield
    await session.commit()
    for callback in session.info.pop(AFTER_COMMIT, ()):
        callback()


def _sqlite_engine(url: str, *, begin: str, **options: object) -> AsyncEngine:
    engine = create_async_engine(url, **options)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver's own transaction handling would begin too late and without IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        # WAL with NORMAL keeps every commit through a crash of the process; a power cut may lose the last ones.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
