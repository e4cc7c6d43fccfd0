"""Tasks are counted by how their tries went."""

import asyncio

import pytest

from app.resources import Resources
from app.tasks.job import JobOptions
from tests.metrics.reading import read, total
from tests.waiting import until

COUNT = "task_duration_seconds_count"


async def test_every_try_is_counted_with_its_outcome(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.tasks.job.FIRST_DELAY", 0.01)

    async def succeed() -> None:
        await asyncio.sleep(0.01)

    async def fail() -> None:
        raise RuntimeError("no power")

    resources.tasks.start("succeed", succeed)
    resources.tasks.start("fail", fail, JobOptions(attempts=3))
    await until(lambda: not resources.tasks.running)
    found = read(resources.metrics.registry)
    assert total(found, COUNT, task="succeed", outcome="done") == 1
    assert total(found, "task_duration_seconds_sum", task="succeed") >= 0.01
    assert total(found, COUNT, task="fail", outcome="failed") == 2
    assert total(found, COUNT, task="fail", outcome="given_up") == 1
    assert total(found, COUNT) == 4
