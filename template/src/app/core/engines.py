"""Engines and the sessions that choose between them; which there are is up to the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, TextClause, UpdateBase, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.core.database_settings import DatabaseSettings
from app.core.pools import FairPool


@dataclass(frozen=True, slots=True)
class Engines:
    """Which engine does what: `reader` for requests that only read; `lookup` and `writer` for the others."""

    reader: AsyncEngine
    lookup: AsyncEngine
    writer: AsyncEngine

    def distinct(self) -> frozenset[Engine]:
        """Return each engine once, for who listens to what it does."""
        return frozenset(engine.sync_engine for engine in (self.reader, self.lookup, self.writer))

    def pools(self) -> dict[str, FairPool]:
        """Return the pools of connections; one that serves several engines has the name of the last."""
        engines = {"reader": self.reader, "lookup": self.lookup, "writer": self.writer}
        names = {engine.pool: name for name, engine in engines.items()}
        return {name: pool for pool, name in names.items() if isinstance(pool, FairPool)}

    async def dispose(self) -> None:
        """Close all connections."""
        for engine in (self.reader, self.lookup, self.writer):
            await engine.dispose()


def pool_options(settings: DatabaseSettings) -> dict[str, Any]:
    """Return what all engines have in common: bounded pools, and no values in the errors that end up in logs."""
    return {
        "poolclass": FairPool,
        "pool_size": settings.database_pool_size,
        "max_overflow": 0,
        "pool_timeout": settings.database_acquire_timeout_seconds,
        "pool_recycle": 1800,
        "hide_parameters": True,
    }


def replace_broken(engine: AsyncEngine, is_closed: Callable[[Any], bool]) -> None:
    """Replace a connection that its driver knows to be closed when it is taken from the pool.

    Nobody has to ask the server for that, which would take as long as a query does.
    """

    @event.listens_for(engine.sync_engine, "checkout")
    def check(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        if is_closed(connection.driver_connection):
            raise DisconnectionError


class ReadOnlyTransaction(Exception):
    """Something is written in a transaction that was opened for reading: a bug."""


class ReadThenWrite(Session):
    """Reads through `lookup` until the first write, so that the one writer of SQLite is held as short as possible.

    From then on everything goes through the writer, which alone sees what is not committed yet. A session for reading
    only has no writer.
    """

    def __init__(self, *, reader: Engine, writer: Engine | None, **options: Any) -> None:
        super().__init__(**options)
        self._reader, self._writer = reader, writer
        self._writing = False

    def get_bind(self, *_: Any, clause: Any = None, **__: Any) -> Engine:
        """Choose the engine of the next statement."""
        if self._writer is None:
            if self._flushing or isinstance(clause, UpdateBase):
                raise ReadOnlyTransaction
            return self._reader
        if self._flushing or clause is None or isinstance(clause, UpdateBase | TextClause):
            self._writing = True
        return self._writer if self._writing else self._reader

    def close(self) -> None:
        """Give the connections back; what follows begins with reading again."""
        super().close()
        self._writing = False
