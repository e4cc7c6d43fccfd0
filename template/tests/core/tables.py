"""Tables that only tests have, for the time of a `with` block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import MetaData, text

from app.core.database import Database


@asynccontextmanager
async def tables(database: Database, metadata: MetaData) -> AsyncIterator[None]:
    """Make the tables, and drop them at the end."""
    for change in (metadata.create_all, metadata.drop_all):
        async with database.transaction() as session:
            connection = await session.connection(bind_arguments={"clause": text("")})
            await connection.run_sync(change)
        if change == metadata.create_all:
            yield
