"""What is sent is done once, by one worker, within its limits, and nothing stays behind."""

import asyncio
import time

import pytest

from app.tasks.transport import Delivery, Depth, Transport
from tests.broker import NewTransport
from tests.tasks.transport.workers import dead_letters, working


def counts(depth: Depth) -> tuple[int, int, int]:
    return depth.waiting, depth.later, depth.dead


async def test_what_was_sent_before_there_was_a_worker_is_done(transport: Transport) -> None:
    await transport.send(b"one", b"two")
    async with working(transport) as worker:
        await worker.has(2)
        await transport.send(b"three")
        await worker.has(3)
    assert sorted(worker.done) == [b"one", b"three", b"two"]
    assert {delivery.redelivered for delivery in worker.deliveries} == {0}
    assert counts(await transport.depth()) == (0, 0, 0)


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe not JSON", b"{" * 100_000], ids=["empty", "binary", "long"])
async def test_whatever_comes_reaches_the_handler(body: bytes, transport: Transport) -> None:
    await transport.send(body)
    await transport.send(body, delay_seconds=0.1)
    async with working(transport) as worker:
        await worker.has(2)
    assert worker.deliveries == [Delivery(body, 0)] * 2


async def test_starting_twice_is_as_good_as_once(transport: Transport) -> None:
    await transport.start()
    await transport.start()
    await transport.ping()


async def fetched(transport: Transport, *, leaving: int) -> None:
    """Wait until a worker has fetched what it may, and a moment longer."""
    for _ in range(100):
        await asyncio.sleep(0.1)
        if (await transport.depth()).waiting == leaving:
            return
    raise AssertionError(await transport.depth())


async def test_no_more_than_its_concurrency_run_at_once(transport: Transport) -> None:
    await transport.send(*(b"%d" % number for number in range(9)))
    async with working(transport, concurrency=3, prefetch=2, is_open=False) as worker:
        await worker.has(3)
        await fetched(transport, leaving=4)
        assert sorted(worker.bodies) == [b"0", b"1", b"2"]
        worker.gate.set()
        await worker.has(9)
    assert worker.most == 3
    assert sorted(worker.done) == sorted(b"%d" % number for number in range(9))


async def test_workers_share_the_work(transport: Transport) -> None:
    await transport.send(*(b"%d" % number for number in range(4)))
    async with (
        working(transport, concurrency=2, is_open=False) as one,
        working(transport, concurrency=2, is_open=False) as other,
    ):
        await one.has(2)
        await other.has(2)
    assert {*one.done, *other.done} == {b"0", b"1", b"2", b"3"}


async def test_what_is_for_later_comes_later(transport: Transport) -> None:
    async with working(transport) as worker:
        await transport.send(b"later", delay_seconds=1.6)
        await transport.send(b"soon", delay_seconds=0.4)
        began = time.monotonic()
        assert counts(await transport.depth()) == (0, 2, 0)
        await worker.has(1)
        assert 0.3 < time.monotonic() - began < 1.5
        await worker.has(2)
        assert 1.5 < time.monotonic() - began < 3.0
    assert worker.done == [b"soon", b"later"]
    assert counts(await transport.depth()) == (0, 0, 0)


async def test_what_fails_comes_back_and_is_buried_in_the_end(new_transport: NewTransport) -> None:
    transport = new_transport(task_max_redeliveries=2)
    seen: list[int] = []

    async def fail(delivery: Delivery) -> None:
        seen.append(delivery.redelivered)
        raise RuntimeError("broken")

    stop = asyncio.Event()
    consuming = asyncio.create_task(transport.consume(fail, stop, concurrency=5, prefetch=0))
    await transport.send(b"broken")
    try:
        letters = await dead_letters(transport)
    finally:
        stop.set()
        await consuming
    assert seen == [0, 1, 2]
    assert [(letter.body, letter.reason) for letter in letters] == [(b"broken", "3 workers died or gave up with it")]
    assert counts(await transport.depth()) == (0, 0, 1)


async def test_ten_thousand_leave_nothing_behind(transport: Transport) -> None:
    await transport.send(*(b"%d" % number for number in range(10_000)))
    async with working(transport, concurrency=200, prefetch=200) as worker:
        await worker.has(10_000, within=60)
    assert sorted(map(int, worker.done)) == list(range(10_000))
    depth = await transport.depth()
    assert counts(depth) == (0, 0, 0)
    assert depth.running in {0, None}  # RabbitMQ does not say
    assert depth.oldest_seconds is None
