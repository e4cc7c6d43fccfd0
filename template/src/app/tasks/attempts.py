"""One try of a task: within its time, with its log line, never raising."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from app.tasks.job import JobOptions, delay_after

log = structlog.get_logger(__name__)


async def attempt(
    work: Callable[[], Awaitable[object]], *, number: int, options: JobOptions, last: bool
) -> float | None:
    """Try once, and log how it went.

    Returns:
        None when it is done or given up for good; otherwise how long to wait before the next try, in seconds.

    """
    begun = time.monotonic()
    try:
        async with asyncio.timeout(options.timeout_seconds):
            await work()
    except Exception:
        delay = None if last or number >= options.attempts else round(delay_after(number), 3)
        log.exception("task_failed", attempt=number, seconds=_since(begun), next_try_seconds=delay)
        return delay
    log.info("task_done", attempt=number, seconds=_since(begun))
    return None


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 3)
