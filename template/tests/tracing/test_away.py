"""A collector that is away slows nobody down, and is complained about once a minute."""

import asyncio
import logging
import socket
import statistics
import time
from collections.abc import Iterator

import httpx2
import pytest

from app.core.settings import load_settings
from app.resources import Resources
from app.tracing import export
from app.tracing.settings import TracingSettings
from app.tracing.tracing import LEAST_FAREWELL, LONGEST_FAREWELL, Tracing, connect_tracing
from tests.operations.service import free_port

LOGGERS = ("opentelemetry", "urllib3", "requests")


@pytest.fixture
def timeout() -> str:
    """Return how many seconds a batch may take."""
    return "0.1"


@pytest.fixture(params=["refuses", "hangs"])
def tracing(request: pytest.FixtureRequest, timeout: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracing]:
    """Return what sends to a collector that refuses, or takes connections and says nothing."""
    monkeypatch.setattr(export._seldom, "_silent_until", 0.0)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if request.param == "hangs" else free_port()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", timeout)
        yield connect_tracing(load_settings(TracingSettings))


async def test_no_request_waits_for_it_and_one_complaint_is_enough(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    waits = []
    for _ in range(3):
        for _ in range(20):
            began = time.monotonic()
            assert (await client.get("/things/7")).status_code == 200
            waits.append(time.monotonic() - began)
        # More than one batch is given up meanwhile.
        await asyncio.sleep(0.2)
    assert statistics.median(waits) < 0.05
    assert max(waits) < 1
    complaints = [record for record in caplog.records if record.name.startswith(LOGGERS)]
    assert len(complaints) == 1
    assert "Failed to export" in complaints[0].getMessage()


@pytest.mark.parametrize("timeout", ["5"])
async def test_the_farewell_ends_all_the_same(client: httpx2.AsyncClient, resources: Resources) -> None:
    assert (await client.get("/things/7")).status_code == 200
    began = time.monotonic()
    await resources.tracing.aclose(0)
    assert LEAST_FAREWELL <= time.monotonic() - began < LONGEST_FAREWELL


def test_complaints_come_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    seldom, now = export.Seldom(), 1000.0
    monkeypatch.setattr("app.tracing.export.time.monotonic", lambda: now)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "away", None, None)
    assert [seldom.filter(record), seldom.filter(record)] == [True, False]
    now += export.QUIET
    assert seldom.filter(record)
