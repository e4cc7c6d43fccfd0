"""A pool of connections in which nobody overtakes."""

import asyncio
from typing import Any

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util import await_only


class FairPool(AsyncAdaptedQueuePool):
    """As many requests are in the database as there are connections; the others wait in the order they came.

    In the pool of SQLAlchemy a request that comes at the right moment takes the connection that another one was just
    woken for, which then queues at the end: the slowest requests take several times as long as they need to.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._turns = asyncio.Semaphore(self.size())
        #: Requests that wait for a connection.
        self.waiting = 0

    def _do_get(self) -> ConnectionPoolEntry:
        await_only(self._wait_for_turn())
        try:
            return super()._do_get()
        except BaseException:
            self._turns.release()
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        self._turns.release()

    async def _wait_for_turn(self) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(self.timeout()):
                await self._turns.acquire()
        except TimeoutError:
            raise PoolTimeout(f"no connection became free within {self.timeout()} s") from None
        finally:
            self.waiting -= 1
