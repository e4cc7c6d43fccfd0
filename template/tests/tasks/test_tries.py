"""`app.tasks.in_process`: tasks that fail are tried again, within limits."""

import asyncio
import itertools

import pytest

from app.resources import Resources
from app.tasks.job import job
from tests.tasks.conftest import Lines, queue_of


async def hang_again(_resources: Resources) -> None:
    """Never end, and be marked in a test of its own."""
    await asyncio.Event().wait()


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
