"""`app.tasks.in_process`: never failing what started it, never lost in silence."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from app.core.errors import NotFound
from app.core.settings import Settings
from app.main import create_app
from app.resources import Resources
from app.tasks.in_process import InProcessQueue
from app.tasks.job import job
from app.web.dependencies import TasksDep

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with which every line is logged, and a short shutdown."""
    return settings.model_copy(update={"log_level": "INFO", "shutdown_timeout_seconds": 1})


@pytest.fixture
def lines(resources: Resources, capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return a function that gives the log lines about tasks."""
    create_app(resources)

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in found if line["logger"] in {"app.tasks.in_process", "app.tasks.attempts"}]

    return read


def queue_of(resources: Resources) -> InProcessQueue:
    """Return the queue of a request that has succeeded already."""
    return InProcessQueue(resources.tasks, lambda start: start(), resources)


async def note(_resources: Resources, seen: list[str], text: str, *, times: int = 1) -> None:
    """Do something that can be seen."""
    seen += [text] * times


async def fail(_resources: Resources, reason: str) -> None:
    """Fail."""
    raise RuntimeError(reason)


async def hang(_resources: Resources) -> None:
    """Never end."""
    await asyncio.Event().wait()


async def hang_again(_resources: Resources) -> None:
    """Never end, and be marked in a test of its own."""
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


async def test_a_request_that_fails_starts_nothing(resources: Resources) -> None:
    seen: list[str] = []

    async def begin(tasks: TasksDep) -> None:
        tasks.enqueue(note, seen, "done")

    async def give_up(tasks: TasksDep) -> None:
        tasks.enqueue(note, seen, "never")
        raise NotFound

    app = create_app(resources)
    for endpoint in (begin, give_up):
        app.add_api_route(f"/{endpoint.__name__}", endpoint, methods=["POST"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        assert (await client.post("/give_up")).status_code == 404
        assert (await client.post("/begin")).status_code == 200
    await resources.tasks.drain(1)
    assert seen == ["done"]


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


async def test_a_task_is_tried_again_until_it_succeeds(
    resources: Resources, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.tasks.job.FIRST_DELAY", 0.02)
    tries = itertools.count(1)

    @job(attempts=5)
    async def succeed_late(_resources: Resources) -> None:
        if next(tries) < 3:
            raise RuntimeError("no power")

    queue_of(resources).enqueue(succeed_late)
    await asyncio.sleep(0.3)
    await resources.tasks.drain(1)
    found = lines()
    assert [line["event"] for line in found] == ["task_failed", "task_failed", "task_done"]
    assert [line["attempt"] for line in found] == [1, 2, 3]
    assert len({line["job"] for line in found}) == 1
    assert 0 < found[0]["next_try_seconds"] <= 0.02 < found[1]["next_try_seconds"] * 2 <= 0.08
    assert all(line["seconds"] >= 0 for line in found)


async def test_the_last_try_is_the_last(resources: Resources, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.tasks.job.FIRST_DELAY", 0.01)

    @job(attempts=2)
    async def never(_resources: Resources) -> None:
        raise RuntimeError("no power")

    queue_of(resources).enqueue(never)
    await asyncio.sleep(0.2)
    assert [line["next_try_seconds"] is None for line in lines()] == [False, True]
    await resources.tasks.drain(1)
    assert lines() == []


async def test_a_try_that_takes_too_long_has_failed(resources: Resources, lines: Lines) -> None:
    slow = job(attempts=1, timeout_seconds=0.02)(hang_again)
    queue_of(resources).enqueue(slow)
    await asyncio.sleep(0.1)
    (line,) = lines()
    assert (line["event"], line["next_try_seconds"]) == ("task_failed", None)
    assert "TimeoutError" in line["exception"]


async def test_shutdown_gives_up_what_waits_for_its_next_try(resources: Resources, lines: Lines) -> None:
    queue_of(resources).enqueue(fail, "no power")
    await asyncio.sleep(0.05)
    begun = time.monotonic()
    await resources.tasks.drain(10)
    assert time.monotonic() - begun < 1
    assert [(line["event"], line["task"]) for line in lines()] == [("task_failed", "fail"), ("task_given_up", "fail")]


async def test_lines_of_a_task_say_which_request_it_comes_from(resources: Resources, lines: Lines) -> None:
    async def begin(tasks: TasksDep) -> None:
        tasks.enqueue(note, [], "done")

    app = create_app(resources)
    app.add_api_route("/begin", begin, methods=["POST"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        response = await client.post("/begin")
    await resources.tasks.drain(1)
    (line,) = lines()
    assert line["request_id"] == response.headers["x-request-id"]


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
