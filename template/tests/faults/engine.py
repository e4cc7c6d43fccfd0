"""What tests of faults have to say differently to each server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool


@dataclass(frozen=True)
class Engine:
    """Statements, and how often a client speaks to read once."""

    port: int
    sleep: str
    waiting: str
    kill: str
    limits_idle_transactions: str
    exchanges: int

    async def kill_whoever_waits(self, url: str) -> None:
        """End the connection that waits for a lock, as soon as there is one."""
        async with asyncio.timeout(10), connected(url) as connection:
            while not (found := (await connection.scalars(text(self.waiting))).all()):
                await connection.rollback()
                await asyncio.sleep(0.15)  # MySQL's list is as old as the last look, if that was a moment ago
            for number in found:
                await connection.execute(text(self.kill.format(number)))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Open a connection that belongs to no pool."""
    async with create_async_engine(url, poolclass=NullPool).connect() as connection:
        yield connection
