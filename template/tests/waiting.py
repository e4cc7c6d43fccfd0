"""Waiting for what must come: as long as it takes on a busy machine, and no longer."""

import asyncio
from collections.abc import Callable
from itertools import count


async def until(condition: Callable[[], bool], *, within: float = 30) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(within):
        for _ in count():
            if condition():
                return
            await asyncio.sleep(0.02)
