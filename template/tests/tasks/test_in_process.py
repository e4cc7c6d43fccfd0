"""`app.tasks.in_process`: never failing what started it, never lost in silence."""

import asyncio
import time
from collections.abc import Callable

from app.resources import Resources
from app.tasks.in_process import InProcessQueue
from tests.tasks.conftest import Lines, queue_of


async def note(_resources: Resources, seen: list[str], text: str, *, times: int = 1) -> None:
    """Do something that can be seen."""
    seen += [text] * times


async def fail(_resources: Resources, reason: str) -> None:
    """Fail."""
    raise RuntimeError(reason)


async def hang(_resources: Resources) -> None:
    """Never end."""
    await asyncio.Event().wait()


async def test_a_task_starts_when_the_request_is_done_and_not_before(resources: Resources) -> None:
    seen, waiting = list[str](), list[Callable[[], None]]()
    InProcessQueue(resources.tasks, waiting.append, resources).enqueue(note, seen, "a", times=2)
    await asyncio.sleep(0.01)
    assert seen == []
    for start in waiting:
        start()
    await resources.tasks.drain(1)
    assert seen == ["a", "a"]


async def test_a_failure_is_logged_with_its_name_and_traceback(resources: Resources, lines: Lines) -> None:
    queue_of(resources).enqueue(fail, "no power")
    await resources.tasks.drain(1)
    (line,) = lines()
    assert (line["event"], line["task"], line["level"]) == ("task_failed", "fail", "error")
    assert "Traceback" in line["exception"]
    assert "RuntimeError: no power" in line["exception"]


async def test_a_failure_does_not_touch_the_tasks_beside_it(resources: Resources, lines: Lines) -> None:
    seen: list[str] = []
    queue = queue_of(resources)
    queue.enqueue(fail, "no power")
    queue.enqueue(note, seen, "a")
    await resources.tasks.drain(1)
    assert seen == ["a"]
    assert [line["event"] for line in lines()] == ["task_failed", "task_done"]


async def test_shutdown_gives_up_what_waits_for_its_next_try(resources: Resources, lines: Lines) -> None:
    queue_of(resources).enqueue(fail, "no power")
    await asyncio.sleep(0.05)
    begun = time.monotonic()
    await resources.tasks.drain(10)
    assert time.monotonic() - begun < 1
    assert [(line["event"], line["task"]) for line in lines()] == [("task_failed", "fail"), ("task_given_up", "fail")]


async def test_shutdown_waits_for_running_tasks(resources: Resources) -> None:
    seen: list[str] = []

    async def slow() -> None:
        await asyncio.sleep(0.05)
        seen.append("done")

    resources.tasks.start("slow", slow)
    await resources.aclose()
    assert seen == ["done"]


async def test_shutdown_ends_tasks_that_hang_and_names_them(resources: Resources, lines: Lines) -> None:
    queue_of(resources).enqueue(hang)
    await resources.tasks.drain(0.01)
    (line,) = lines()
    assert (line["event"], line["task"], line["reason"]) == ("task_cancelled", "hang", "shutdown")
    await resources.tasks.drain(0.01)
    assert lines() == []


async def test_a_task_may_be_any_callable(resources: Resources, lines: Lines) -> None:
    class Reminder:
        """A task that is no function."""

        async def __call__(self, _resources: Resources) -> None:
            """Do nothing."""

    queue_of(resources).enqueue(Reminder())
    await resources.tasks.drain(1)
    assert "Reminder" in lines()[0]["task"]
