"""The plain adapter: tasks run in this process, right after the response, and are lost with it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from app.core.clock import uuid7
from app.tasks.attempts import TaskGivenUp, attempt
from app.tasks.job import JobOptions, options_of
from app.tasks.queue import Arguments, Task
from app.tasks.watch import Watch

if TYPE_CHECKING:
    from app.resources import Resources

log = structlog.get_logger(__name__)
ONCE = JobOptions(attempts=1)


class InProcessRunner:
    """Runs tasks beside the requests. A failure is logged with its traceback and reaches no caller."""

    def __init__(self, watch: Watch | None = None) -> None:
        self.watch = watch or Watch()
        self._running: set[asyncio.Task[None]] = set()
        self._draining = asyncio.Event()

    @property
    def running(self) -> int:
        """How many tasks run, or wait for their next try."""
        return len(self._running)

    def start(self, name: str, work: Callable[[], Awaitable[object]], options: JobOptions = ONCE) -> None:
        """Run a task; the reference is kept, because the event loop itself keeps none."""
        task = asyncio.create_task(self._run(name, work, options), name=f"task {name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, timeout_seconds: float) -> None:
        """Wait for running tasks, at most this long; what is left is cancelled and logged by name.

        What fails meanwhile, or waits for its next try, is given up.
        """
        self._draining.set()
        try:
            ends_at = time.monotonic() + timeout_seconds
            # A task may start another one.
            while self._running and (left := ends_at - time.monotonic()) > 0:
                await asyncio.wait(self._running, timeout=left)
            late = tuple(self._running)
            for task in late:
                log.error("task_cancelled", task=task.get_name().removeprefix("task "), reason="shutdown")
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        finally:
            self._draining.clear()

    async def _run(self, name: str, work: Callable[[], Awaitable[object]], options: JobOptions) -> None:
        with bound_contextvars(task=name, job=str(uuid7())):
            number = 1
            while failure := await attempt(
                name, work, number=number, options=options, watch=self.watch, last=self._draining.is_set()
            ):
                if failure.next_try_seconds is None:
                    return
                if await self._shutdown_comes_within(failure.next_try_seconds):
                    log.error("task_given_up", reason="shutdown")
                    self.watch.given_up(name, TaskGivenUp(failure.reason.partition(":")[0]))
                    return
                number += 1

    async def _shutdown_comes_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._draining.wait()
        except TimeoutError:
            return False


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
        self._when_done(partial(self._runner.start, name, work, options_of(task)))
