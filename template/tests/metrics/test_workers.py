"""Worker processes count in files of their own, and are added up by their parent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from app.metrics.exposition import SHARED, Workers
from tests.metrics.reading import read, total

COUNT, ACTIVE = "http_server_request_duration_seconds_count", "http_server_active_requests"
#: A worker with one request behind it and one in hand.
WORKER = """
from app.metrics.instruments import Level, Metrics
metrics = Metrics()
metrics.active_requests.inc()
metrics.request_ended("GET", "/", 200, 0.1)
metrics.set(Level("event_loop_delay_seconds", "Late.", {}, 0.5, "livemax"))
print("ready", flush=True)
input()
"""


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setenv(SHARED, "")  # so that it is taken back after this test, whatever sets it
    workers = Workers()
    workers.share()
    yield workers
    workers.close()
    assert not Path(os.environ[SHARED]).exists()


@contextmanager
def worker() -> Iterator[None]:
    """Run a worker, and kill it."""
    command = [sys.executable, "-c", WORKER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own code
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield
        process.kill()


def test_those_that_live_are_added_up_and_of_the_others_what_they_have_counted(workers: Workers) -> None:
    registry = CollectorRegistry()
    registry.register(workers)
    with worker():
        with worker():
            found = read(registry)
            assert (total(found, COUNT), total(found, ACTIVE)) == (2, 2)
            assert total(found, "event_loop_delay_seconds") == 0.5
            assert total(found, "app_info") == 1
        found = read(registry)
        assert (total(found, COUNT), total(found, ACTIVE)) == (2, 1)
    found = read(registry)
    assert (total(found, COUNT), total(found, ACTIVE)) == (2, 0)
