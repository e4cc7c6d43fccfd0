"""A worker is measured like the service, and knows what waits on the broker."""

import httpx2
import pytest

from app.cli.exposing import expose_worker
from app.resources import Resources
from app.sampling import sample_queue
from tests.memory_transport import MemoryTransport
from tests.metrics.reading import parse, read, total
from tests.operations.service import free_port

QUEUE = "task_queue_messages"


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


async def test_a_port_of_its_own_beside_the_one_of_the_service(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port))
    expose_worker(resources.settings, resources.metrics.registry)
    async with httpx2.AsyncClient() as client:
        found = parse((await client.get(f"http://127.0.0.1:{port}/metrics")).text)
    assert total(found, "app_info") == 1
