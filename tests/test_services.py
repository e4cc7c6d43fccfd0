"""What is missing is said in one line, fails by default, and is never skipped in silence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.processes import free_port
from tests.services import SERVICES, Service, listens, needed_by

# A test suite of its own that needs a server which is really not there, beside a test that needs nothing.
SUITE = """
from tests.services import Service, listens

SERVER = Service("A server", "a-server --port {port}", is_there=lambda: listens({port}), asked_by=lambda answers: True)


def test_needs_it(needs):
    needs(SERVER)


def test_needs_nothing():
    pass
"""
LINE = "A server is missing; this gives it to you: a-server --port {port}"


def run(folder: Path, suite: str, required: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a suite with this repository's own fixtures and report, in a worker as `make test` has them."""
    (folder / "test_suite.py").write_text(suite)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "REQUIRE_"))}
    environment |= {} if required is None else {"REQUIRE_SERVICES": required}
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "--rootdir", str(folder), str(folder / "test_suite.py")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("required", [None, "1", "", "no"])
def test_a_missing_server_fails_with_one_line(tmp_path: Path, required: str | None) -> None:
    port = free_port()
    done = run(tmp_path, SUITE.format(port=port), required)
    assert done.returncode == 1
    shown = done.stdout.partition("test_needs_it ___")[2].partition("\n")[2].partition("\n===")[0]
    assert shown.strip().splitlines()[-1] == LINE.format(port=port)
    assert "Traceback" not in done.stdout
    assert "1 failed, 1 passed" in done.stdout.splitlines()[-1]


def test_it_is_skipped_visibly_where_that_is_allowed(tmp_path: Path) -> None:
    port = free_port()
    done = run(tmp_path, SUITE.format(port=port), required="0")
    assert done.returncode == 0
    *_, line, summary = done.stdout.splitlines()
    assert line == f"test_suite.py::test_needs_it: {LINE.format(port=port)}"
    assert "= NOT PROVEN, because something is missing (REQUIRE_SERVICES=0) =" in done.stdout
    assert "1 passed, 1 skipped" in summary


def test_a_server_that_is_there_is_used(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert listens(port)
        done = run(tmp_path, SUITE.format(port=port))
    assert "2 passed" in done.stdout.splitlines()[-1]
    assert "NOT PROVEN" not in done.stdout


def test_a_variant_needs_what_its_answers_ask_for() -> None:
    redis = Service("Redis", "redis-server", lambda: True, asked_by=lambda answers: answers.get("redis") is True)
    assert needed_by({"redis": True}, [redis]) == [redis]
    assert needed_by({"redis": False}, [redis]) == needed_by({}, [redis]) == []


def test_every_start_is_one_line() -> None:
    assert [service.name for service in SERVICES if "\n" in service.complaint() or not service.start] == []
