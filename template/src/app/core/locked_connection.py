"""A connection that alone may migrate, on a server: its lock belongs to the connection and goes with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.migration_lock import wait_for_turn


@asynccontextmanager
async def locked_connection(
    engine: AsyncEngine, *, lock: TextClause, settings: TextClause
) -> AsyncIterator[AsyncConnection]:
    """Wait for the lock, apply the settings, and commit what the block did."""
    async with engine.connect() as connection:

        async def take() -> bool:
            return bool(await connection.scalar(lock))

        await wait_for_turn(take)
        await connection.execute(settings)
        await connection.commit()
        yield connection
        await connection.commit()
