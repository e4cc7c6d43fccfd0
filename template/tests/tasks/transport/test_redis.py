"""What only Redis is told."""

import asyncio

from redis.asyncio import Redis

from app.tasks.settings import TaskSettings
from tests.broker import NewTransport
from tests.tasks.transport.workers import doomed_worker, working


async def test_what_only_waited_beside_a_task_that_kills_is_not_counted(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    settings = {"TASK_VISIBILITY_SECONDS": "1", "TASK_CONCURRENCY": "1", "TASK_PREFETCH": "5"}
    transport = new_transport(task_visibility_seconds=1)
    await transport.send(b"kills", b"waits")
    async with doomed_worker(task_settings.url, broker_name, **settings) as process:
        assert process.stdout
        assert await process.stdout.readline() == b"kills 0\n"
        await asyncio.sleep(0.5)
        assert (await transport.depth()).running == 2
    async with working(transport) as worker:
        await worker.has(2)
    assert {delivery.body: delivery.redelivered for delivery in worker.deliveries} == {b"kills": 1, b"waits": 0}


async def test_a_worker_that_ends_is_forgotten(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport()
    async with Redis.from_url(task_settings.url, protocol=2) as client:
        async with working(transport) as worker:
            await transport.send(b"task")
            await worker.has(1)
            assert len(await client.xinfo_consumers(f"{broker_name}:jobs", "workers")) == 1
        assert await client.xinfo_consumers(f"{broker_name}:jobs", "workers") == []
        assert await client.xlen(f"{broker_name}:jobs") == 0


async def test_every_key_begins_with_the_name_of_the_service(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport()
    await transport.send(b"now")
    await transport.send(b"later", delay_seconds=60)
    await transport.bury(b"dead", "reason")
    async with Redis.from_url(task_settings.url) as client:
        keys = {key async for key in client.scan_iter(f"{broker_name}*")}
    assert keys == {f"{broker_name}:{part}".encode() for part in ("jobs", "later", "dead")}


async def test_the_age_of_the_oldest_that_waits(new_transport: NewTransport) -> None:
    transport = new_transport()
    await transport.send(b"first")
    await asyncio.sleep(1.2)
    await transport.send(b"second")
    oldest = (await transport.depth()).oldest_seconds
    assert oldest is not None
    assert 0.1 < oldest < 5
    async with working(transport, is_open=False, concurrency=1) as worker:
        await worker.has(1)
        depth = await transport.depth()
        assert (depth.waiting, depth.running) == (1, 1)
        assert depth.oldest_seconds is not None
        assert depth.oldest_seconds < oldest + 1
