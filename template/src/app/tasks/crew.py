"""Runs deliveries: so many at once, the others wait; one on its last chance runs alone."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar


class Parcel(Protocol):
    """A delivery as its broker knows it."""

    @property
    def is_last_chance(self) -> bool:
        """Whether it is buried when this worker dies, too: then nobody else shall be in the room."""


AnyParcel = TypeVar("AnyParcel", bound=Parcel)


class Crew(Generic[AnyParcel]):
    """Works on parcels in the order they came; `work` raises nothing."""

    def __init__(self, work: Callable[[AnyParcel], Awaitable[None]], *, concurrency: int) -> None:
        self._work = work
        self._concurrency = concurrency
        self._waiting: deque[AnyParcel] = deque()
        self._running: dict[asyncio.Task[None], AnyParcel] = {}
        self._less = asyncio.Event()
        self._is_dismissed = False

    def __len__(self) -> int:
        return len(self._waiting) + len(self._running)

    def parcels(self) -> list[AnyParcel]:
        """Return all that is in hand."""
        return [*self._running.values(), *self._waiting]

    def add(self, parcel: AnyParcel) -> None:
        """Begin with it as soon as its turn comes."""
        self._waiting.append(parcel)
        self._begin()

    async def has_room(self, size: int) -> None:
        """Wait until fewer than `size` are in hand."""
        while len(self) >= size:
            self._less.clear()
            await self._less.wait()

    def dismiss(self) -> list[AnyParcel]:
        """Begin with nothing any more; return what has not begun."""
        self._is_dismissed = True
        return self.release()

    def release(self) -> list[AnyParcel]:
        """Return what has not begun; it is no longer in hand."""
        rest = list(self._waiting)
        self._waiting.clear()
        return rest

    async def finish(self) -> None:
        """Wait for what runs."""
        if self._running:
            await asyncio.wait(self._running)

    async def cancel(self) -> None:
        """End what runs."""
        for task in self._running:
            task.cancel()
        await self.finish()

    def _begin(self) -> None:
        while self._waiting and self._may_begin(self._waiting[0]):
            parcel = self._waiting.popleft()
            task = asyncio.create_task(self._run(parcel))
            self._running[task] = parcel
            task.add_done_callback(self._done)

    async def _run(self, parcel: AnyParcel) -> None:
        await self._work(parcel)

    def _may_begin(self, parcel: AnyParcel) -> bool:
        if self._is_dismissed or len(self._running) >= self._concurrency:
            return False
        runs_alone = parcel.is_last_chance or any(other.is_last_chance for other in self._running.values())
        return not (runs_alone and self._running)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._less.set()
        self._begin()


async def first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Wait until the first ends, and cancel the others.

    Raises:
        Exception: what the first one raised.

    """
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def pause(seconds: float, stop: asyncio.Event) -> None:
    """Sleep, at most until `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
