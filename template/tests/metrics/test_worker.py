"""A worker is measured like the service, and knows what waits on the broker."""

from datetime import timedelta

import httpx2
import pytest

from app.cli.exposing import expose_worker
from app.resources import Resources
from app.sampling import sample_queue
from app.tasks.envelope import put_in_envelope
from app.tasks.settings import TaskSettings
from app.tasks.transport import Delivery
from app.worker import Worker
from tests.memory_transport import MemoryTransport
from tests.metrics.reading import parse, read, total
from tests.operations.service import free_port

QUEUE = "task_queue_messages"


async def nothing(_resources: Resources) -> None:
    """Do nothing."""


@pytest.fixture
def broker(resources: Resources) -> MemoryTransport:
    """Return the broker of the resources."""
    assert isinstance(resources.transport, MemoryTransport)
    return resources.transport


async def test_what_the_broker_holds_is_sampled(resources: Resources, broker: MemoryTransport) -> None:
    await broker.send(b"later", delay_seconds=60)
    await broker.bury(b"dead", "no reason")
    await broker.bury(b"dead", "no reason")
    await sample_queue(resources)
    found = read(resources.metrics.registry)
    assert (total(found, QUEUE, state="later"), total(found, QUEUE, state="dead")) == (1, 2)


async def test_a_broker_that_is_away_leaves_what_was_known(resources: Resources, broker: MemoryTransport) -> None:
    await broker.bury(b"dead", "no reason")
    await sample_queue(resources)
    broker.away = True
    await sample_queue(resources)
    assert total(read(resources.metrics.registry), QUEUE, state="dead") == 1


async def test_how_long_a_task_waited_is_known_once(resources: Resources) -> None:
    envelope = put_in_envelope(nothing)
    early = envelope.model_copy(update={"enqueued_at": envelope.enqueued_at - timedelta(seconds=90)})
    worker = Worker(resources, TaskSettings(environment="test"))
    await worker.handle(Delivery(early.body, 0))
    await worker.handle(Delivery(early.again().body, 0))
    found = read(resources.metrics.registry)
    assert total(found, "task_wait_seconds_count") == 1
    assert 90 <= total(found, "task_wait_seconds_sum") < 100
    assert total(found, "task_duration_seconds_count", outcome="done") == 2


async def test_a_port_of_its_own_beside_the_one_of_the_service(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port))
    expose_worker(resources.settings, resources.metrics.registry)
    async with httpx2.AsyncClient() as client:
        found = parse((await client.get(f"http://127.0.0.1:{port}/metrics")).text)
    assert total(found, "app_info") == 1
