"""The database: engines and transactions."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Engine, TextClause, UpdateBase, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.errors import Conflict, Unavailable

AFTER_COMMIT = "after_commit"
AUTOCOMMIT: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


class Database:
    """Engines with bounded pools. No connection is opened before the first statement.

    SQLite allows one writer at a time, so there the writer is an engine of its own with a single connection:
    writers queue in this process in order instead of polling for the file's lock. Readers never wait (WAL).

    Statements see each other as in READ COMMITTED on every engine: each one sees all that is committed when it
    begins. What must not change in between is therefore written as one conditional statement.
    """

    def __init__(self, url: str, *, pool_size: int, acquire_timeout: float, statement_timeout: float) -> None:
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {
            "pool_timeout": acquire_timeout,
            "max_overflow": 0,
            "pool_recycle": 1800,
            # Errors of the driver end up in logs; the values of a statement must not.
            "hide_parameters": True,
        }
        if self.is_sqlite:
            options["connect_args"] = {"timeout": statement_timeout}
            self._reader = _sqlite_engine(url, "query_only = ON", pool_size=pool_size, **options, **AUTOCOMMIT)
            # The driver begins before the first INSERT, UPDATE or DELETE: the lock is held for writing only.
            self._writer = _sqlite_engine(url, "query_only = OFF", pool_size=1, begin="IMMEDIATE", **options)
        else:
            self._writer = create_async_engine(url, pool_size=pool_size, **options)
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Open a unit of work: committed at the end of the block, rolled back by any exception.

        Nothing else in the service commits. The connection is taken at the first statement. Reading only needs
        neither BEGIN nor COMMIT, which on SQLite cost as much as the query itself.

        Raises:
            Conflict: when the commit violates a constraint.
            Unavailable: when the database is away, busy or out of connections.

        """
        session = AsyncSession(
            sync_session_class=_ReadThenWrite,
            reader=(self._reader if read_only or self.is_sqlite else self._writer).sync_engine,
            writer=(self._reader if read_only else self._writer).sync_engine,
            expire_on_commit=False,
            autoflush=False,
        )
        try:
            yield session
            if not read_only:
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


class _ReadThenWrite(Session):
    """Reads through the readers until the first write, so that the one writer of SQLite is held as short as possible.

    From then on everything goes through the writer, which alone sees what is not committed yet.
    """

    def __init__(self, *, reader: Engine, writer: Engine, **options: Any) -> None:
        super().__init__(**options)
        self._reader, self._writer = reader, writer
        self._writing = False

    def get_bind(self, *_: Any, clause: Any = None, **__: Any) -> Engine:
        """Choose the engine of the next statement."""
        if self._flushing or clause is None or isinstance(clause, UpdateBase | TextClause):
            self._writing = True
        return self._writer if self._writing else self._reader

    def close(self) -> None:
        """Give the connections back; what follows begins with reading again."""
        super().close()
        self._writing = False


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


def _sqlite_engine(url: str, access: str, *, begin: str | None = None, **options: Any) -> AsyncEngine:
    engine = create_async_engine(url, **options)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = begin
        cursor = connection.cursor()
        # WAL with NORMAL keeps every commit through a crash of the process; a power cut may lose the last ones.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", access):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
