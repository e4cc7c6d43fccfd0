"""`app.worker`: what becomes of a job."""

import asyncio
import json
from dataclasses import replace

import pytest

from app.core.logging import configure_logging
from app.resources import Resources
from app.tasks.envelope import Envelope, Origin, put_in_envelope
from app.tasks.job import job
from app.tasks.settings import TaskSettings
from app.tasks.transport import Delivery
from app.worker import Worker
from tests.memory_transport import MemoryTransport
from tests.waiting import until

progress: list[str] = []


async def succeed(_resources: Resources) -> None:
    """Do nothing."""


@job(attempts=2)
async def fail(_resources: Resources, reason: str) -> None:
    """Fail."""
    raise RuntimeError(reason)


async def take_a_while(_resources: Resources) -> None:
    """End a little later."""
    progress.append("begun")
    await asyncio.sleep(0.1)
    progress.append("ended")


async def hang(_resources: Resources) -> None:
    """Never end."""
    progress.append("begun")
    await asyncio.Event().wait()
    progress.append("ended")


@pytest.fixture
def broker(resources: Resources) -> MemoryTransport:
    """Return the broker of the resources."""
    transport = resources.transport
    assert isinstance(transport, MemoryTransport)
    return transport


@pytest.fixture
def worker(resources: Resources, task_settings: TaskSettings) -> Worker:
    """Return a worker."""
    return Worker(resources, task_settings)


async def test_a_job_that_fails_is_tried_again_later(worker: Worker, broker: MemoryTransport) -> None:
    envelope = put_in_envelope(fail, "no power")
    await worker.handle(Delivery(envelope.body, redelivered=0))
    ((delay, body),) = broker.later
    assert 0.5 <= delay <= 1
    assert Envelope.read(body) == envelope.again()
    assert broker.buried == {}


async def test_after_its_last_try_it_is_buried_with_the_reason(worker: Worker, broker: MemoryTransport) -> None:
    body = put_in_envelope(fail, "no power").again().body
    await worker.handle(Delivery(body, redelivered=0))
    (letter,) = broker.buried.values()
    assert (letter.body, letter.reason) == (body, "RuntimeError: no power")
    assert broker.later == []


@pytest.mark.parametrize("body", [b"\xff", b"{}", b'{"task": "app.gone.tasks:send", "arguments": {}}'])
async def test_what_cannot_be_read_is_buried_and_stops_nothing(
    worker: Worker, broker: MemoryTransport, body: bytes
) -> None:
    await worker.handle(Delivery(body, redelivered=0))
    await worker.handle(Delivery(put_in_envelope(succeed).body, redelivered=0))
    assert [letter.body for letter in broker.buried.values()] == [body]


async def test_the_log_says_which_job_of_which_request(
    worker: Worker, resources: Resources, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(resources.settings.model_copy(update={"log_level": "INFO", "log_format": "json"}))
    envelope = put_in_envelope(succeed).from_request(Origin(request_id="request-1", traceparent="00-1-2-01"))
    await worker.handle(Delivery(envelope.body, redelivered=0))
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines() if "task_done" in line)
    expected = ("succeed", str(envelope.id), 1, "request-1", "00-1-2-01")
    assert tuple(line[name] for name in ("task", "job", "attempt", "request_id", "traceparent")) == expected
    assert line["seconds"] >= 0


async def test_a_worker_that_is_told_to_stop_lets_the_running_job_end(worker: Worker, broker: MemoryTransport) -> None:
    progress.clear()
    stop = asyncio.Event()
    broker.sent.append(put_in_envelope(take_a_while).body)
    running = asyncio.create_task(worker.run(stop))
    await until(lambda: bool(progress))
    stop.set()
    await asyncio.wait_for(running, 5)
    assert progress == ["begun", "ended"]


async def test_a_job_that_does_not_end_is_left_to_another_worker(
    resources: Resources, task_settings: TaskSettings, broker: MemoryTransport
) -> None:
    progress.clear()
    stop = asyncio.Event()
    broker.sent.append(put_in_envelope(hang).body)
    settings = resources.settings.model_copy(update={"shutdown_timeout_seconds": 0})
    running = asyncio.create_task(Worker(replace(resources, settings=settings), task_settings).run(stop))
    await until(lambda: bool(progress))
    stop.set()
    await asyncio.wait_for(running, 5)
    assert progress == ["begun"]
