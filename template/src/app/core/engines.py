"""Engines: one with a pool for a server, three for a SQLite file."""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

from sqlalchemy import Engine, TextClause, UpdateBase, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

AUTOCOMMIT: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


@dataclass(frozen=True, slots=True)
class Engines:
    """Which engine does what: `reader` for requests that only read; `lookup` and `writer` for the others.

    SQLite allows one writer at a time, so there the writer has a single connection: writers queue in this process
    in order instead of polling for the file's lock. What they read before their first write comes from a pool of its
    own, so that a queue of writers never takes the readers' connections (WAL: readers wait for nobody).
    """

    reader: AsyncEngine
    lookup: AsyncEngine
    writer: AsyncEngine

    @classmethod
    def connect(cls, url: str, *, pool_size: int, acquire_timeout: float, statement_timeout: float) -> Self:
        """Make engines with bounded pools; no connection is opened before the first statement."""
        options: dict[str, Any] = {
            "pool_timeout": acquire_timeout,
            "max_overflow": 0,
            "pool_recycle": 1800,
            # Errors of the driver end up in logs; the values of a statement must not.
            "hide_parameters": True,
        }
        if not url.startswith("sqlite"):
            writer = create_async_engine(url, pool_size=pool_size, **options)
            return cls(writer.execution_options(isolation_level="AUTOCOMMIT"), writer, writer)
        options["connect_args"] = {"timeout": statement_timeout}
        url = _existing_file(url)
        reading = {**options, **AUTOCOMMIT, "pool_size": pool_size}
        return cls(
            _sqlite_engine(url, "query_only = ON", **reading),
            _sqlite_engine(url, "query_only = ON", **reading),
            # The driver begins before the first INSERT, UPDATE or DELETE: the lock is held for writing only. Sessions
            # end what they begin: one more rollback would only keep the next writer waiting.
            _sqlite_engine(
                url, "query_only = OFF", begin="IMMEDIATE", pool_size=1, pool_reset_on_return=None, **options
            ),
        )

    async def dispose(self) -> None:
        """Close all connections."""
        for engine in (self.reader, self.lookup, self.writer):
            await engine.dispose()


class ReadThenWrite(Session):
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


def _existing_file(url: str) -> str:
    # By default SQLite makes an empty database where there is none, and every table would be missing.
    parsed = make_url(url)
    file = f"file:{quote(parsed.database or '')}"
    return parsed.set(database=file, query={**parsed.query, "mode": "rw", "uri": "true"}).render_as_string()


def _sqlite_engine(url: str, access: str, *, begin: str | None = None, **options: Any) -> AsyncEngine:
    engine = create_async_engine(url, **options)
    if begin is None:
        # In autocommit there is nothing to commit, and asking the driver's thread to takes longer than some queries.
        engine.dialect.do_commit = _nothing_to_commit  # type: ignore[assignment]

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = begin
        cursor = connection.cursor()
        # WAL with NORMAL keeps every commit through a crash of the process; a power cut may lose the last ones.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", access):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _nothing_to_commit(_connection: PoolProxiedConnection) -> None:
    pass
