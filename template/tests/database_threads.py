"""What is left of a connection that failed."""

import asyncio
import threading


async def connections_have_ended() -> None:
    """Wait until the driver's threads are gone; one that outlives the event loop would fail the next test."""
    async with asyncio.timeout(5):
        while any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):
            await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0.01))])
