"""What tests load."""

import asyncio
from dataclasses import dataclass, field


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
