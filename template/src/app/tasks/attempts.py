"""One try of a task: within its time, with its log line, never raising."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from app.core.redaction import redact_text
from app.tasks.job import JobOptions, delay_after
from app.tasks.watch import Watch

log = structlog.get_logger(__name__)
#: Characters of a reason that are kept.
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try failed, and how long to wait before the next one, in seconds; None: that was the last."""

    reason: str
    next_try_seconds: float | None


class TaskGivenUp(Exception):
    """A task was not tried again, though it could have been: the process ended. Its text is the kind of the error."""


async def attempt(
    name: str,
    work: Callable[[], Awaitable[object]],
    *,
    number: int,
    options: JobOptions,
    watch: Watch,
    traceparent: str | None = None,
    last: bool = False,
) -> Failure | None:
    """Try a task once, tell how it went, and return what went wrong; None: it is done."""
    begun = time.monotonic()
    delay = None if last or number >= options.attempts else round(delay_after(number), 3)
    try:
        with watch.surround(name, traceparent):
            await _work_and_tell(work, number, options, delay)
    except Exception as error:  # noqa: BLE001 (whatever it is, it has been logged)
        watch.tried(name, "given_up" if delay is None else "failed", time.monotonic() - begun)
        if delay is None:
            watch.given_up(name, error)
        return Failure(_reason(error), delay)
    watch.tried(name, "done", time.monotonic() - begun)
    return None


async def _work_and_tell(
    work: Callable[[], Awaitable[object]], number: int, options: JobOptions, delay: float | None
) -> None:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(options.timeout_seconds):
            await work()
    except Exception:
        log.exception("task_failed", attempt=number, seconds=_since(begun), next_try_seconds=delay)
        raise
    log.info("task_done", attempt=number, seconds=_since(begun))


def _reason(error: Exception) -> str:
    return redact_text(f"{type(error).__name__}: {error}".removesuffix(": "))[:LONGEST_REASON]


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 3)
