"""What fills up is sampled."""

import asyncio
import time
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from app import sampling
from app.resources import Resources
from tests.metrics.reading import read, total
from tests.waiting import until


async def test_tasks_that_run_are_seen(resources: Resources) -> None:
    finish = asyncio.Event()
    resources.tasks.start("wait", finish.wait)
    sampling.sample(resources)
    assert total(read(resources.metrics.registry), "tasks_active") == 1
    finish.set()
    await resources.tasks.drain(1)
    sampling.sample(resources)
    assert total(read(resources.metrics.registry), "tasks_active") == 0


async def test_they_are_sampled_again_and_again_with_how_late_the_loop_is(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "INTERVAL_SECONDS", 0.05)
    finish = asyncio.Event()
    resources.tasks.start("wait", finish.wait)
    async with sampling.sampled(resources):
        await asyncio.sleep(0.02)
        found = read(resources.metrics.registry)
        assert (total(found, "tasks_active"), total(found, "event_loop_delay_seconds")) == (1, 0)
        finish.set()
        time.sleep(0.3)  # noqa: ASYNC251 (what nobody should do)
        await asyncio.sleep(0.02)
        assert 0.2 < total(read(resources.metrics.registry), "event_loop_delay_seconds") < 5
        await asyncio.sleep(0.2)
        assert total(read(resources.metrics.registry), "tasks_active") == 0
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "sampling"]


async def test_what_fails_is_logged_and_tried_again(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "INTERVAL_SECONDS", 0.01)
    tries: list[Resources] = []

    async def fail(resources: Resources) -> None:
        tries.append(resources)
        raise RuntimeError("no power")

    with capture_logs() as logs:
        async with sampling.sampled(resources, fail):
            await until(lambda: len(tries) > 2)
    assert {entry["event"] for entry in logs} == {"sampling_failed"}


async def test_it_ends_although_a_driver_takes_a_cancellation_for_something_else(resources: Resources) -> None:
    begun = asyncio.Event()

    async def swallow(_resources: Resources) -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.1)

    async with asyncio.timeout(5):
        async with sampling.sampled(resources, swallow):
            await begun.wait()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "sampling"]
