"""Workers in this process, and one in a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from app.tasks.transport import DeadLetter, Delivery, Transport

#: Tells that it has something, and never ends with it.
DOOMED = """
import asyncio, sys
from app.tasks.broker import connect
from app.tasks.settings import TaskSettings
async def handle(delivery):
    print(delivery.body.decode(), delivery.redelivered, flush=True)
    await asyncio.sleep(600)
async def main():
    settings = TaskSettings()
    transport = connect(settings, name=sys.argv[1])
    await transport.consume(
        handle, asyncio.Event(), concurrency=settings.task_concurrency, prefetch=settings.task_prefetch
    )
asyncio.run(main())
"""


@dataclass
class Worker:
    """Consumes, and notes what it got; while `gate` is closed, it holds on to it."""

    transport: Transport
    concurrency: int = 10
    prefetch: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    done: list[bytes] = field(default_factory=list)
    most: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def bodies(self) -> list[bytes]:
        return [delivery.body for delivery in self.deliveries]

    async def handle(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self.most = max(self.most, len(self.deliveries) - len(self.done))
        await self.gate.wait()
        self.done.append(delivery.body)

    async def run(self) -> None:
        await self.transport.consume(self.handle, self.stop, concurrency=self.concurrency, prefetch=self.prefetch)

    async def has(self, number: int, *, within: float = 15) -> None:
        """Wait until it got so many."""
        async with asyncio.timeout(within):
            for _ in count():
                if len(self.deliveries) >= number:
                    return
                await asyncio.sleep(0.01)

    async def did(self, bodies: set[bytes], *, within: float = 15) -> None:
        """Wait until it ended these."""
        async with asyncio.timeout(within):
            for _ in count():
                if bodies <= set(self.done):
                    return
                await asyncio.sleep(0.01)


async def dead_letters(transport: Transport) -> Sequence[DeadLetter]:
    """Wait for dead letters, and return them."""
    async with asyncio.timeout(15):
        for _ in count():
            if letters := await transport.dead():
                break
            await asyncio.sleep(0.05)
    return letters


@asynccontextmanager
async def working(
    transport: Transport, *, concurrency: int = 10, prefetch: int = 0, is_open: bool = True
) -> AsyncIterator[Worker]:
    """Let a worker run meanwhile."""
    worker = Worker(transport, concurrency, prefetch)
    if is_open:
        worker.gate.set()
    running = asyncio.create_task(worker.run())
    try:
        yield worker
        worker.gate.set()
        worker.stop.set()
        await asyncio.wait_for(running, 10)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def doomed_worker(url: str, name: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a worker that is killed at the end."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", DOOMED, name),
        env={**kept, "ENVIRONMENT": "test", "BROKER_URL": url, **settings},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
