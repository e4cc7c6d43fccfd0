"""What tests load, and who asks for it."""

import asyncio
import inspect
from dataclasses import dataclass, field

from app.cache.cache import Cache
from tests.waiting import until


@dataclass
class Slow:
    """Something that takes its time to be read: `calls` is how often it was begun, `value` what is read at the end.

    It is read when it begins, as a query is; it ends when `go` is set.
    """

    value: bytes | None = b"fresh"
    error: Exception | None = None
    calls: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> bytes | None:
        self.calls += 1
        read = self.value
        self.began.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return read

    def at_once(self) -> "Slow":
        """Let it take no time."""
        self.go.set()
        return self


def ask(cache: Cache, slow: Slow) -> "asyncio.Task[bytes | None]":
    """Ask for the value."""
    return asyncio.create_task(cache.get_or_load("key", slow, ttl_seconds=60))


async def asked(*asking: "asyncio.Task[bytes | None]") -> None:
    """Give those who ask the time to find out that they have to wait, however busy the machine is."""
    await asyncio.sleep(0.1)
    await until(lambda: all(has_looked(task.get_coro()) for task in asking))
    assert not any(task.done() for task in asking)


def has_looked(asking: object) -> bool:
    """Tell whether somebody who asks has the store's answer: waits for a load, has begun one, or has ended."""
    if not inspect.iscoroutine(asking) or inspect.getcoroutinestate(asking) == inspect.CORO_CREATED:
        return False
    awaited = asking.cr_await
    if not inspect.iscoroutine(awaited):
        return True
    return has_looked(awaited) if awaited.__name__ == "get_or_load" else awaited.__name__ != "look"
