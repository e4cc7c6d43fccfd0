"""A task that is given up is reported, once."""

import asyncio

import pytest

from app.resources import Resources
from app.tasks.job import JobOptions
from tests.sentry.receiver import Receiver
from tests.waiting import until


async def test_it_is_reported_when_it_is_not_tried_again(
    reporting: Resources, receiver: Receiver, canary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.tasks.job.FIRST_DELAY", 0.01)
    tries: list[int] = []

    async def fail() -> None:
        tries.append(1)
        raise RuntimeError(f"no power, token={canary}")

    async def fail_at_first() -> None:
        tries.append(2)
        if tries.count(2) == 1:
            raise RuntimeError("no power")

    reporting.tasks.start("fail", fail, JobOptions(attempts=3))
    reporting.tasks.start("fail_at_first", fail_at_first, JobOptions(attempts=3))
    await until(lambda: not reporting.tasks.running)
    await reporting.aclose()
    event = receiver.event
    assert sorted(tries) == [1, 1, 1, 2, 2]
    assert (event["transaction"], event["transaction_info"]) == ("fail", {"source": "task"})
    assert (event["tags"]["task"], set(event["tags"])) == ("fail", {"task", "job"})
    assert canary not in receiver.envelopes[0].decode()


async def test_one_that_waits_when_the_process_ends_is_given_up(
    reporting: Resources, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.tasks.job.FIRST_DELAY", 60)
    failed = asyncio.Event()

    async def fail() -> None:
        failed.set()
        raise RuntimeError("no power")

    reporting.tasks.start("fail", fail, JobOptions(attempts=3))
    await failed.wait()
    await asyncio.sleep(0)
    await reporting.aclose()
    (found,) = receiver.event["exception"]["values"]
    assert (found["type"], found["value"]) == ("TaskGivenUp", "RuntimeError")
