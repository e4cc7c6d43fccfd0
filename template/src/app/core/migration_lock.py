"""Only one process migrates; the others wait for their turn and say so."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

RETRY_SECONDS = 1
REPEAT_AFTER = 10


async def wait_for_turn(take: Callable[[], Awaitable[bool]]) -> None:
    """Return once `take` has got the lock; while another process holds it, say so at once and every ten seconds."""
    attempts = 0
    while not await take():
        if attempts % (REPEAT_AFTER // RETRY_SECONDS) == 0:
            sys.stderr.write("Another process is migrating this database; waiting for it to finish.\n")
        attempts += 1
        await asyncio.sleep(RETRY_SECONDS)
