"""The plain adapter: tasks run in this process, right after the commit, and are lost with it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.tasks.queue import Arguments, Task

if TYPE_CHECKING:
    from app.resources import Resources

log = structlog.get_logger(__name__)


class InProcessRunner:
    """Runs tasks beside the requests. A failure is logged with its traceback and reaches no caller."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run a task; the reference is kept, because the event loop itself keeps none."""
        task = asyncio.create_task(self._run(name, work), name=f"task {name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, timeout_seconds: float) -> None:
        """Wait for running tasks, at most this long; what is left is cancelled and logged by name."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=timeout_seconds)
        for task in late:
            log.error("task_cancelled", task=task.get_name().removeprefix("task "), reason="shutdown")
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    @staticmethod
    async def _run(name: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            log.exception("task_failed", task=name)
        else:
            log.info("task_done", task=name)


class InProcessQueue:
    """Belongs to one request: hands its tasks to the runner once that has succeeded.

    `when_done` takes what is to be called then, and forgets it when the request fails.
    """

    def __init__(
        self, runner: InProcessRunner, when_done: Callable[[Callable[[], None]], None], resources: "Resources"
    ) -> None:
        self._runner = runner
        self._when_done = when_done
        self._resources = resources

    def enqueue(self, task: "Task[Arguments]", *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        """Run the task after the commit."""
        name = getattr(task, "__name__", repr(task))
        work = partial(task, self._resources, *args, **kwargs)
        self._when_done(partial(self._runner.start, name, work))
