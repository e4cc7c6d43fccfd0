"""Workers that end, told to or killed, lose nothing."""

import asyncio
import time

import pytest

from app.tasks.settings import TaskSettings
from app.tasks.transport import Delivery, Transport
from tests.broker import NewTransport
from tests.tasks.transport.workers import dead_letters, doomed_worker, working


async def test_a_worker_that_is_told_to_stop_ends_what_runs_and_hands_back_the_rest(transport: Transport) -> None:
    await transport.send(*(b"%d" % number for number in range(6)))
    async with working(transport, concurrency=2, prefetch=4, is_open=False) as first:
        await first.has(2)
        await asyncio.sleep(0.3)
        assert (await transport.depth()).waiting == 0
        first.stop.set()
        async with working(transport, concurrency=10) as second:
            await second.has(4, within=2)
            await transport.send(b"new")
            await second.has(5, within=2)
        assert sorted(second.done) == [b"2", b"3", b"4", b"5", b"new"]
        assert {delivery.redelivered for delivery in second.deliveries} == {0}
        assert first.done == []
    assert first.done == [b"0", b"1"]
    assert (await transport.depth()).waiting == 0


async def test_a_worker_without_work_stops_at_once(transport: Transport) -> None:
    began = time.monotonic()
    async with working(transport):
        await asyncio.sleep(0.3)
    assert time.monotonic() - began < 1.5


async def test_a_worker_that_is_cancelled_gives_up_what_runs(transport: Transport) -> None:
    await transport.send(b"long")
    gone = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        gone.set()
        await asyncio.sleep(600)

    consuming = asyncio.create_task(transport.consume(handle, asyncio.Event(), concurrency=1, prefetch=0))
    await gone.wait()
    consuming.cancel()
    await asyncio.gather(consuming, return_exceptions=True)
    async with working(transport) as worker:
        await worker.has(1, within=3)
    assert worker.deliveries == [Delivery(b"long", 1)]


async def test_a_worker_is_cancelled_whatever_its_tasks_do(transport: Transport) -> None:
    await transport.send(*(b"%d" % number for number in range(50)))

    async def fail(delivery: Delivery) -> None:
        await asyncio.sleep(0.01)
        raise RuntimeError("broken")

    for _ in range(3):
        consuming = asyncio.create_task(transport.consume(fail, asyncio.Event(), concurrency=5, prefetch=20))
        await asyncio.sleep(0.1)
        consuming.cancel()
        assert isinstance(
            (await asyncio.wait_for(asyncio.gather(consuming, return_exceptions=True), 5))[0], BaseException
        )
    depth = await transport.depth()
    assert depth.waiting + depth.dead == 50


async def test_what_a_killed_worker_held_is_done_by_another(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport(task_visibility_seconds=2)
    await transport.send(b"one", b"two")
    async with doomed_worker(task_settings.url, broker_name, TASK_VISIBILITY_SECONDS="2") as process:
        assert process.stdout
        assert {await process.stdout.readline() for _ in range(2)} == {b"one 0\n", b"two 0\n"}
        async with working(transport) as worker:
            await asyncio.sleep(3)  # it lives, and what it runs takes longer than it may be silent
            assert worker.deliveries == []
            process.kill()
            await process.wait()
            await worker.has(2, within=5)
    assert sorted(worker.done) == [b"one", b"two"]
    assert [delivery.redelivered for delivery in worker.deliveries] == [1, 1]


async def test_what_kills_its_worker_again_and_again_is_buried_and_takes_nobody_along(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    settings = {"TASK_VISIBILITY_SECONDS": "1", "TASK_MAX_REDELIVERIES": "1", "TASK_CONCURRENCY": "2"}
    transport = new_transport(task_visibility_seconds=1, task_max_redeliveries=1)
    await transport.send(b"one", b"other")
    async with doomed_worker(task_settings.url, broker_name, **settings) as process:
        assert process.stdout
        assert {await process.stdout.readline() for _ in range(2)} == {b"one 0\n", b"other 0\n"}
    async with doomed_worker(task_settings.url, broker_name, **settings) as process:
        assert process.stdout
        killer, again = (await process.stdout.readline()).split()
        assert again == b"1"
        with pytest.raises(TimeoutError):  # on its last chance it is alone
            await asyncio.wait_for(process.stdout.readline(), 1)
    async with working(transport) as worker:
        await worker.has(1)
        letters = await dead_letters(transport)
    assert {killer, *worker.done} == {b"one", b"other"}
    assert [(letter.body, letter.reason) for letter in letters] == [(killer, "2 workers died or gave up with it")]
