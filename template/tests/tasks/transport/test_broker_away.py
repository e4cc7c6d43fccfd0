"""The broker goes away, comes back, and goes silent."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from app.tasks.settings import TaskSettings
from app.tasks.transport import Transport, TransportAway
from tests.broker import Forget, NewTransport
from tests.operations.service import free_port
from tests.tasks.transport.workers import working
from tests.wire import Wire


@pytest.fixture
async def wire(task_settings: TaskSettings, default_port: int) -> AsyncIterator[Wire]:
    wire = Wire(task_settings.url, default_port)
    await wire.mend()
    yield wire
    await wire.cut()


async def assert_away(transport: Transport) -> None:
    async with asyncio.timeout(1.4):
        with pytest.raises(TransportAway) as caught:
            await transport.ping()
    outcomes: list[object] = []
    # Those who read letters take turns, so one of them at a time.
    for attempts in (
        (
            transport.send(b"lost"),
            transport.send(b"lost", delay_seconds=1),
            transport.bury(b"lost", "reason"),
            transport.dead(),
            transport.depth(),
        ),
        (transport.take("1-1"),),
    ):
        async with asyncio.timeout(2.2):
            outcomes += await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [TransportAway] * 6
    assert not [error for error in (caught.value, *outcomes) if "guest" in str(error)]


async def test_a_broker_that_is_not_there(new_transport: NewTransport, wire: Wire) -> None:
    transport = new_transport(broker_url=wire.url.replace(f":{wire.port}", f":{free_port()}"))
    with pytest.raises(TransportAway):
        await transport.start()
    await assert_away(transport)


async def test_a_broker_that_went_away_and_is_back(new_transport: NewTransport, wire: Wire) -> None:
    transport = new_transport(broker_url=wire.url)
    await transport.send(b"before")
    await wire.cut()
    await assert_away(transport)
    await wire.mend()
    await transport.send(b"after")
    await transport.ping()
    async with working(transport, concurrency=1) as worker:
        await worker.has(2)
    assert worker.done == [b"before", b"after"]


@pytest.mark.parametrize("is_connected", [False, True])
async def test_a_black_hole(new_transport: NewTransport, wire: Wire, *, is_connected: bool) -> None:
    transport = new_transport(broker_url=wire.url)
    if is_connected:
        await transport.send(b"before")
    wire.silence()
    await assert_away(transport)
    await wire.cut()
    await wire.mend()
    await transport.ping()


async def test_a_worker_outlives_the_absence_of_its_broker(new_transport: NewTransport, wire: Wire) -> None:
    near, far = new_transport(broker_url=wire.url), new_transport()
    with capture_logs() as logs:
        async with working(near, is_open=False, concurrency=2) as worker:
            await far.send(b"running")
            await worker.has(1)
            await wire.cut()
            await far.send(b"meanwhile")
            await asyncio.sleep(1.5)
            assert worker.bodies == [b"running"]
            await wire.mend()
            worker.gate.set()
            await far.send(b"after")
            await worker.did({b"running", b"meanwhile", b"after"})
    assert [entry["event"] for entry in logs].count("broker_away") == 1
    assert (await far.depth()).waiting == 0


async def test_a_worker_begins_before_its_broker(new_transport: NewTransport, wire: Wire) -> None:
    await wire.cut()
    near, far = new_transport(broker_url=wire.url), new_transport()
    await far.send(b"waits")
    async with working(near) as worker:
        await asyncio.sleep(1)
        await wire.mend()
        await worker.has(1, within=10)


async def test_a_worker_without_its_broker_stops_when_it_is_told_to(new_transport: NewTransport, wire: Wire) -> None:
    near, far = new_transport(broker_url=wire.url), new_transport()
    await far.send(b"running")
    async with working(near, is_open=False) as worker:
        await worker.has(1)
        await wire.cut()
        await asyncio.sleep(0.5)
    assert worker.done == [b"running"]


async def test_a_broker_that_lost_everything_is_used_like_a_new_one(
    transport: Transport, broker_name: str, forget: Forget
) -> None:
    async with working(transport) as worker:
        await transport.send(b"before")
        await worker.has(1)
        await asyncio.sleep(0.2)
        await forget(broker_name)
        async with asyncio.timeout(10):
            await send_until_taken(transport, b"after")
        await worker.did({b"before", b"after"})
    assert (await transport.depth()).waiting == 0


async def send_until_taken(transport: Transport, body: bytes) -> None:
    """Send as the outbox does: again, when it failed."""
    for _ in range(20):
        try:
            return await transport.send(body)
        except TransportAway:
            await asyncio.sleep(0.1)
    raise AssertionError(body)
