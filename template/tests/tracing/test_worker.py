"""A worker sends its spans like the service."""

import asyncio
import json

import pytest
import structlog

from app.cli.worker import _run
from app.worker import Worker
from tests.tracing.collector import Collector

log = structlog.get_logger(__name__)


async def test_a_worker_names_its_spans_in_the_log_and_sends_them_at_its_end(
    environment: dict[str, str],
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    async def run(worker: Worker, stop: asyncio.Event) -> None:
        with worker._resources.tasks.watch.surround("own", None):
            log.warning("seen")

    monkeypatch.setattr(Worker, "run", run)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    await _run()
    (line,) = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    span = collector.named("task own")
    assert (line["trace_id"], line["span_id"]) == (span.trace_id.hex(), span.span_id.hex())
