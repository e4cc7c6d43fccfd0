"""What a request leaves behind is part of its trace, wherever that runs."""

import json

import httpx2
import pytest

from app.core.logging import configure_logging
from app.resources import Resources
from app.tracing.tracing import name_span
from tests.tracing.collector import read
from tests.tracing.conftest import Flush


async def test_a_task_is_a_child_of_its_request(client: httpx2.AsyncClient, resources: Resources, flush: Flush) -> None:
    assert (await client.post("/tasks")).status_code == 200
    await resources.tasks.drain(10)
    collector = flush()
    request, task = collector.named("POST /tasks"), collector.named("task note")
    assert (task.trace_id, task.parent_span_id) == (request.trace_id, request.span_id)
    assert (read(task.attributes)["app.task"], task.status.code) == ("note", 0)


async def test_a_task_that_fails_says_how_but_not_why(
    client: httpx2.AsyncClient, resources: Resources, flush: Flush
) -> None:
    await client.post("/bad-tasks")
    await resources.tasks.drain(10)
    task = flush().named("task stumble")
    assert (read(task.attributes)["error.type"], task.status.code) == ("RuntimeError", 2)
    assert list(task.events) == []
    assert task.status.message == ""


async def test_lines_of_a_request_and_of_its_task_have_their_ids(
    client: httpx2.AsyncClient, resources: Resources, flush: Flush, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    settings = resources.settings.model_copy(update={"log_level": "INFO", "log_format": "json"})
    configure_logging(settings, name_span)
    await client.post("/tasks")
    await resources.tasks.drain(10)
    # Handing over to a worker is a task of its own.
    every = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    lines = {line["event"]: line for line in every if line.get("task") in {None, "note"}}
    collector = flush()
    request, task = collector.named("POST /tasks"), collector.named("task note")
    for event, span in {"request": request, "noted": task, "task_done": task}.items():
        assert (lines[event]["trace_id"], lines[event]["span_id"]) == (span.trace_id.hex(), span.span_id.hex())


async def test_a_task_that_nobody_asked_for_has_a_trace_of_its_own(resources: Resources, flush: Flush) -> None:
    async def sweep() -> None:
        pass

    resources.tasks.start("sweep", sweep)
    await resources.tasks.drain(10)
    assert flush().named("task sweep").parent_span_id == b""
