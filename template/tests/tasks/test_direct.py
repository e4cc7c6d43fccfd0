"""Jobs of requests where there is no database: sent when the request has succeeded, again and again if need be."""

import json

import httpx2
import pytest

from app.core.errors import NotFound
from app.main import create_app
from app.resources import Resources
from app.tasks.envelope import Envelope
from app.web.dependencies import TasksDep
from tests.memory_transport import MemoryTransport
from tests.waiting import until


async def note(_resources: Resources, text: str) -> None:
    """Stand for a task."""


@pytest.fixture
def broker(resources: Resources) -> MemoryTransport:
    """Return the broker of the resources."""
    assert isinstance(resources.transport, MemoryTransport)
    return resources.transport


async def post(resources: Resources, path: str, traceparent: str = "") -> httpx2.Response:
    """Post to a route that enqueues a job, and then succeeds or fails as it is called."""

    async def succeed(tasks: TasksDep) -> None:
        tasks.enqueue(note, "done")

    async def fail(tasks: TasksDep) -> None:
        tasks.enqueue(note, "never")
        raise NotFound

    app = create_app(resources)
    for endpoint in (succeed, fail):
        app.add_api_route(f"/{endpoint.__name__}", endpoint, methods=["POST"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        return await client.post(path, headers={"traceparent": traceparent})


async def test_a_job_is_sent_with_the_id_of_its_request(resources: Resources, broker: MemoryTransport) -> None:
    response = await post(resources, "/succeed")
    assert response.status_code == 200
    await resources.tasks.drain(5)
    (envelope,) = (Envelope.read(body) for body in broker.sent)
    assert (envelope.task, envelope.arguments) == (f"{__name__}:note", {"text": "done"})
    assert envelope.origin.request_id == response.headers["x-request-id"]


async def test_a_job_takes_a_trace_along_that_is_one(resources: Resources, broker: MemoryTransport) -> None:
    valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    for given in (valid, "x" * 50_000):
        assert (await post(resources, "/succeed", given)).status_code == 200
    await resources.tasks.drain(5)
    origins = [Envelope.read(body).origin for body in broker.sent]
    assert {origin.traceparent for origin in origins} == {valid, None}


async def test_a_request_that_fails_sends_nothing(resources: Resources, broker: MemoryTransport) -> None:
    assert (await post(resources, "/fail")).status_code == 404
    await resources.tasks.drain(5)
    assert broker.sent == []


async def test_a_job_waits_for_the_broker_to_come_back(
    resources: Resources, broker: MemoryTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.tasks.job.FIRST_DELAY", 0.05)
    broker.away = True
    assert (await post(resources, "/succeed")).status_code == 200
    broker.away = False
    await until(lambda: len(broker.sent) == 1)


async def test_what_is_not_sent_at_shutdown_is_named(
    resources: Resources, broker: MemoryTransport, capsys: pytest.CaptureFixture[str]
) -> None:
    broker.away = True
    await post(resources, "/succeed")
    await resources.tasks.drain(1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines if line.get("task") == "send_job"][-1] in {"task_failed", "task_given_up"}
