"""A broker without a broker: what is sent is handled in this process, by the worker's own code."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from app.core.clock import utc_now
from app.resources import Resources
from app.tasks.in_process import InProcessRunner
from app.tasks.settings import TaskSettings
from app.tasks.transport import DeadLetter, Delivery, Depth, Handle, TransportAway
from app.worker import Worker


class MemoryTransport:
    """Hands bodies to a handler, beside the requests; tests wait for it with `resources.tasks.drain`.

    `away` makes it behave like a broker that cannot be reached. What is to be sent later is kept in `later`.
    """

    def __init__(self) -> None:
        self.away = False
        self.sent: list[bytes] = []
        self.later: list[tuple[float, bytes]] = []
        self.buried: dict[str, DeadLetter] = {}
        self._worker: tuple[Handle, InProcessRunner] | None = None

    def serve(self, handle: Handle, runner: InProcessRunner) -> None:
        """Let a worker have what is sent from now on."""
        self._worker = handle, runner

    async def start(self) -> None:
        """Do nothing: there is nothing to connect to."""
        await self.ping()

    async def ping(self) -> None:
        """Answer, unless it is away."""
        if self.away:
            raise TransportAway("not there")

    async def send(self, *bodies: bytes, delay_seconds: float = 0) -> None:
        """Take bodies."""
        await self.ping()
        if delay_seconds:
            self.later += [(delay_seconds, body) for body in bodies]
            return
        self.sent += bodies
        if self._worker:
            handle, runner = self._worker
            for body in bodies:
                runner.start("handle", partial(handle, Delivery(body, redelivered=0)))

    async def consume(self, handle: Handle, stop: asyncio.Event, *, concurrency: int, prefetch: int) -> None:
        """Hand over what is sent until `stop` is set."""
        del concurrency, prefetch
        while not stop.is_set():
            while self.sent:
                await handle(Delivery(self.sent.pop(0), redelivered=0))
            await asyncio.sleep(0.01)

    async def bury(self, body: bytes, reason: str) -> None:
        """Keep a dead letter."""
        await self.ping()
        letter = DeadLetter(uuid4().hex, body, reason, utc_now())
        self.buried[letter.id] = letter

    async def dead(self, *, limit: int = 100) -> Sequence[DeadLetter]:
        """Return dead letters."""
        await self.ping()
        return list(self.buried.values())[:limit]

    async def take(self, dead_id: str) -> DeadLetter | None:
        """Remove a dead letter."""
        await self.ping()
        return self.buried.pop(dead_id, None)

    async def depth(self) -> Depth:
        """Count."""
        await self.ping()
        return Depth(len(self.sent), 0, len(self.later), len(self.buried), None)

    async def aclose(self) -> None:
        """Do nothing."""


def with_worker(resources: Resources, settings: TaskSettings) -> Resources:
    """Let a worker beside the requests do what they hand over."""
    assert isinstance(resources.transport, MemoryTransport)
    resources.transport.serve(Worker(resources, settings).handle, resources.tasks)
    return resources
