"""The database: engines and transactions."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from traceback import walk_tb

from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.core.engines import Engines, ReadThenWrite
from app.core.errors import AppError, Conflict, Unavailable
from app.core.pools import FairPool

AFTER_COMMIT = "after_commit"


class Database:
    """Units of work, and the pools below them.

    Statements see each other as in READ COMMITTED on every engine: each one sees all that is committed when it
    begins. What must not change in between is therefore written as one conditional statement.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Open a unit of work: committed at the end of the block, rolled back by any exception.

        Nothing else in the service commits. The connection is taken at the first statement. Reading only needs
        neither BEGIN nor COMMIT, which would cost as much as the query itself; nothing can be written in it.

        Raises:
            Conflict: when the commit violates a constraint.
            Unavailable: when the database is away, busy or out of connections.

        """
        session = AsyncSession(
            sync_session_class=ReadThenWrite,
            reader=(self._engines.reader if read_only else self._engines.lookup).sync_engine,
            writer=None if read_only else self._engines.writer.sync_engine,
            expire_on_commit=False,
            autoflush=False,
        )
        try:
            yield session
            if not read_only:
                await session.commit()
        except Exception as error:
            translated = translate(error)
            if translated is None:
                raise
            raise translated from error
        finally:
            await session.close()
        for callback in session.info.pop(AFTER_COMMIT, ()):
            callback()

    async def ping(self) -> None:
        """Ask the database for an answer; raises whatever the driver raises when there is none, or no tables."""
        async with self._engines.reader.connect() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))

    def pools(self) -> Mapping[str, FairPool]:
        """Return the pools of connections by what they are for."""
        return self._engines.pools()

    def engines(self) -> frozenset[Engine]:
        """Return the engines, for who listens to what they do."""
        return self._engines.distinct()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engines.dispose()


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


def translate(error: Exception) -> AppError | None:
    """Return what an error of the database means for the caller; None when it is something else, or a bug."""
    if isinstance(error, IntegrityError | StaleDataError):
        return Conflict()
    if isinstance(error, PoolTimeout):
        return Unavailable()
    if isinstance(error, OSError):
        # Drivers pass on that the server cannot be reached; the same from an endpoint's own file is a bug.
        modules = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
        return Unavailable() if any(name.startswith("sqlalchemy.") for name in modules) else None
    if not isinstance(error, DBAPIError) or isinstance(error, ProgrammingError | DataError | NotSupportedError):
        return None
    # Errors of PostgreSQL have no kind but their SQLSTATE; these three classes mean a wrong statement or value.
    return None if str(getattr(error.orig, "sqlstate", ""))[:2] in {"0A", "22", "42"} else Unavailable()
