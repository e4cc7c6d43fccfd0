"""Jobs of requests: part of their transaction, with their id, whether the broker is there or not."""

import json

import httpx2
import pytest
from sqlalchemy import func, select

from app.core.errors import NotFound
from app.core.settings import Settings
from app.main import create_app
from app.outbox.models import JobOutboxModel
from app.resources import Resources
from app.web.dependencies import TasksDep
from tests.memory_transport import MemoryTransport


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with which every line is logged."""
    return settings.model_copy(update={"log_level": "INFO"})


async def note(_resources: Resources, text: str) -> None:
    """Stand for a task."""


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


async def post(resources: Resources, path: str, traceparent: str = f"00-{TRACE}-{SPAN}-01") -> httpx2.Response:
    """Post to a route that enqueues a job, and then succeeds or fails as it is called."""

    async def succeed(tasks: TasksDep) -> None:
        tasks.enqueue(note, "done")

    async def fail(tasks: TasksDep) -> None:
        tasks.enqueue(note, "never")
        raise NotFound

    app = create_app(resources)
    for endpoint in (succeed, fail):
        app.add_api_route(f"/{endpoint.__name__}", endpoint, methods=["POST"])
    headers = {"traceparent": traceparent}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        return await client.post(path, headers=headers)


async def waiting(resources: Resources) -> int:
    async with resources.database.transaction(read_only=True) as session:
        return await session.scalar(select(func.count()).select_from(JobOutboxModel)) or 0


async def test_a_job_knows_its_request_and_its_trace(resources: Resources, capsys: pytest.CaptureFixture[str]) -> None:
    response = await post(resources, "/succeed")
    assert response.status_code == 200
    line = await done(resources, capsys)
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["traceparent"].startswith(f"00-{TRACE}-")


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "x" * 50_000,
        f"00-{TRACE}-{SPAN}-01-{'0' * 50_000}",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
    ],
)
async def test_a_job_takes_no_trace_along_that_is_none(
    resources: Resources, capsys: pytest.CaptureFixture[str], traceparent: str
) -> None:
    assert (await post(resources, "/succeed", traceparent)).status_code == 200
    assert "traceparent" not in await done(resources, capsys)


async def done(resources: Resources, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return what the log says of the job."""
    await resources.tasks.drain(5)
    shown = [line for line in capsys.readouterr().out.splitlines() if "task_done" in line]
    lines: list[dict[str, str]] = [json.loads(line) for line in shown]
    (line,) = (line for line in lines if line["task"] == "note")
    return line


async def test_a_request_that_fails_sends_nothing(resources: Resources) -> None:
    assert (await post(resources, "/fail")).status_code == 404
    await resources.tasks.drain(5)
    assert isinstance(resources.transport, MemoryTransport)
    assert (resources.transport.sent, await waiting(resources)) == ([], 0)


async def test_a_request_succeeds_while_the_broker_is_away(resources: Resources) -> None:
    assert isinstance(resources.transport, MemoryTransport)
    resources.transport.away = True
    assert (await post(resources, "/succeed")).status_code == 200
    await resources.tasks.drain(5)
    assert (resources.transport.sent, await waiting(resources)) == ([], 1)
