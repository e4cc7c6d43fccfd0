"""Removes the test databases of runs that were killed, and none of a run that goes on."""

import asyncio
from contextlib import suppress

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.core.dialect import drop_database
from tools.scratch_database import hours_old

#: A run that goes on is connected to its databases, all but for moments; those of the last hour are left alone.
OLD_HOURS = 2
#: Where to ask, and for what: the databases that nobody is connected to.
UNUSED = {
    "postgresql": (
        "postgres",
        "SELECT datname FROM pg_database WHERE NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = oid)",
    ),
    "mysql": (
        "information_schema",
        "SELECT schema_name FROM schemata WHERE schema_name NOT IN (SELECT db FROM processlist WHERE db IS NOT NULL)",
    ),
}


def remove_leftovers(url: str) -> None:
    """Drop what earlier runs of this service left on the server, and say how many there were."""
    removed = asyncio.run(_remove(url))
    if removed:
        print(f"Removed test databases that killed runs had left: {removed}.", flush=True)


async def _remove(url: str) -> int:
    server = make_url(url)
    database, statement = UNUSED[server.get_backend_name()]
    engine = create_async_engine(server.set(database=database), poolclass=NullPool)
    async with engine.connect() as connection:
        names = list(await connection.scalars(text(statement)))
    removed = 0
    for name in names:
        if (hours := hours_old(name)) is not None and hours >= OLD_HOURS:
            # Another run may be removing it, too; what is left costs nothing but space.
            with suppress(SQLAlchemyError):
                await drop_database(server.set(database=name).render_as_string(hide_password=False))
                removed += 1
    return removed
