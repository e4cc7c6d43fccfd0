"""The port: what background work asks of a broker. Bodies are opaque bytes; whoever sends them reads them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class TransportAway(ConnectionError):
    """The broker does not answer, or refuses to; trying again can help."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A body for a worker; `redelivered` is how often one died with it, or gave up, before."""

    body: bytes
    redelivered: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A body that nobody tries again by himself, why, and since when."""

    id: str
    body: bytes
    reason: str
    buried_at: datetime


@dataclass(frozen=True, slots=True)
class Depth:
    """How much there is: ready for a worker, with one, due later, dead.

    `oldest_seconds` is how long the longest of those ready has waited, None when none is. What the broker does not tell
    is None, too: RabbitMQ says neither that nor how many are `running`.
    """

    waiting: int
    running: int | None
    later: int
    dead: int
    oldest_seconds: float | None


Handle = Callable[[Delivery], Awaitable[None]]


class Transport(Protocol):
    """Carries bodies to workers: each at least once, more often only when a worker or the broker died with it."""

    async def start(self) -> None:
        """Connect and declare what is needed; a second time it does nothing.

        Raises:
            TransportAway: within 2 seconds.

        """

    async def ping(self) -> None:
        """Ask the broker for an answer.

        Raises:
            TransportAway: within 2 seconds, also when packets vanish on the way.

        """

    async def send(self, *bodies: bytes, delay_seconds: float = 0) -> None:
        """Hand over; when it returns, the broker has all of them. It connects by itself, again and again.

        Raises:
            TransportAway: within 2 seconds of silence; then some of them may have arrived all the same.

        """

    async def consume(self, handle: Handle, stop: asyncio.Event, *, concurrency: int, prefetch: int) -> None:
        """Handle up to `concurrency` deliveries at once, and hold up to `prefetch` more, until `stop` is set.

        A delivery is acknowledged once `handle` has returned; when that raises, the delivery goes back and is counted.
        After `stop`, what runs may finish, and what has not begun goes back at once, uncounted. It outlives absences of
        the broker. A delivery that came back more than TASK_MAX_REDELIVERIES times is buried; the one before that runs
        alone, so that it takes nobody with it.
        """

    async def bury(self, body: bytes, reason: str) -> None:
        """Put a body among the dead letters.

        Raises:
            TransportAway: as `send` does.

        """

    async def dead(self, *, limit: int = 100) -> Sequence[DeadLetter]:
        """Return dead letters, the oldest first; they stay.

        Raises:
            TransportAway: as `send` does.

        """

    async def take(self, dead_id: str) -> DeadLetter | None:
        """Remove a dead letter and return it, or None when it is not there.

        Raises:
            TransportAway: as `send` does.

        """

    async def depth(self) -> Depth:
        """Count.

        Raises:
            TransportAway: as `send` does.

        """

    async def aclose(self) -> None:
        """Close the connections; what was sent stays with the broker."""
