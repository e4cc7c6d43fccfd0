"""How fast a worker is; `make bench` prints the time of 10,000 jobs that do nothing."""

import asyncio
import resource
from collections.abc import Callable
from dataclasses import replace

import uvloop
from pytest_benchmark.fixture import BenchmarkFixture

from app.core.logging import configure_logging
from app.resources import Resources
from app.tasks.broker import connect
from app.tasks.envelope import put_in_envelope
from app.tasks.settings import TaskSettings
from app.tasks.transport import Delivery
from app.worker import Worker
from tests.broker import Forget

ROUNDS, JOBS = 5, 10_000
#: What a worker may grow by from the first round to the last, in KiB: it keeps nothing of a job.
GROWTH = 10 * 1024


async def nothing(_resources: Resources) -> None:
    """Do nothing."""


def test_speed_and_memory_of_empty_jobs(
    benchmark: BenchmarkFixture,
    new_resources: Callable[[], Resources],
    task_settings: TaskSettings,
    broker_name: str,
    forget: Forget,
) -> None:
    rounds, number = (ROUNDS, JOBS) if benchmark.enabled else (1, 20)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        parts = new_resources()
        configure_logging(parts.settings)
        resources = replace(parts, transport=connect(task_settings, name=broker_name))
        worker, peaks = Worker(resources, task_settings), list[int]()

        async def send() -> None:
            await resources.transport.send(*(put_in_envelope(nothing).body for _ in range(number)))

        async def work() -> None:
            stop, done = asyncio.Event(), list[bool]()

            async def handle(delivery: Delivery) -> None:
                await worker.handle(delivery)
                done.append(True)
                if len(done) == number:
                    stop.set()

            concurrency, prefetch = task_settings.task_concurrency, 100
            await resources.transport.consume(handle, stop, concurrency=concurrency, prefetch=prefetch)
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

        benchmark.pedantic(  # type: ignore[no-untyped-call]
            lambda: runner.run(work()), setup=lambda: runner.run(send()), rounds=rounds
        )
        assert peaks[-1] - peaks[0] < GROWTH
        runner.run(_end(resources, forget, broker_name))


async def _end(resources: Resources, forget: Forget, name: str) -> None:
    await resources.aclose()
    await forget(name)
