"""What a worker does while the broker is away: it tries again, more and more seldom, and says so once a minute."""

import asyncio
import time

import structlog

from app.tasks.crew import pause

log = structlog.get_logger(__name__)

FIRST_SECONDS, LONGEST_SECONDS = 0.2, 5.0
SILENCE_SECONDS = 60.0


class Absence:
    """Counts attempts; one per worker."""

    def __init__(self) -> None:
        self._ending = asyncio.Event()
        self._wait = FIRST_SECONDS
        self._silent_until = 0.0

    @property
    def is_last(self) -> bool:
        """Whether there is no next attempt."""
        return self._ending.is_set()

    def end(self) -> None:
        """Try nothing again: the worker was told to stop, or cancelled."""
        self._ending.set()

    async def wait(self, error: Exception) -> None:
        """Wait before the next attempt, at most until there is none."""
        if time.monotonic() >= self._silent_until:
            log.warning("broker_away", error=repr(error))
            self._silent_until = time.monotonic() + SILENCE_SECONDS
        await pause(self._wait, self._ending)
        self._wait = min(self._wait * 2, LONGEST_SECONDS)

    def is_over(self) -> None:
        """Begin with short pauses again."""
        self._wait = FIRST_SECONDS
