"""The audit against an advisory database of our own: real `uv audit`, no network."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import audit

PROJECT = """
[project]
name = "audited"
version = "0"
requires-python = ">=3.11"
dependencies = ["starlette"]
"""
# The index is the advisory server, too: `uv audit` asks it whether the project was withdrawn.
LOCK = """
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "audited"
version = "0"
source = {{ virtual = "." }}
dependencies = [{{ name = "starlette" }}]

[[package]]
name = "starlette"
version = "1.10.0"
source = {{ registry = "{url}/simple" }}
"""
ADVISORY = {"id": "PYSEC-2099-1", "modified": "2026-01-01T00:00:00Z", "summary": "Requests are answered twice"}


class AdvisoryServer(http.server.ThreadingHTTPServer):
    """Answers like OSV: a batch of queries first, then the advisory itself."""

    vulnerable: str | None = None
    broken = False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: AdvisoryServer

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        found = {"vulns": [{"id": ADVISORY["id"], "modified": ADVISORY["modified"]}]}
        results = [found if query["package"]["name"] == self.server.vulnerable else {} for query in queries]
        self._answer(500 if self.server.broken else 200, {"results": results})

    def do_GET(self) -> None:
        self._answer(200 if self.path.endswith(ADVISORY["id"]) else 404, ADVISORY)

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name in the base class)
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[AdvisoryServer]:
    with AdvisoryServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def project(server: AdvisoryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a locked project the current folder."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "uv.lock").write_text(LOCK.format(url=server.url))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("UV_OFFLINE", raising=False)
    monkeypatch.delenv("AUDIT", raising=False)
    return tmp_path


def test_passes_when_nothing_is_known(server: AdvisoryServer, capfd: pytest.CaptureFixture[str]) -> None:
    assert audit.main(["--service-url", server.url]) == 0
    assert "no known vulnerabilities" in capfd.readouterr().err


def test_fails_on_a_known_vulnerability_and_names_it(server: AdvisoryServer, capfd: pytest.CaptureFixture[str]) -> None:
    server.vulnerable = "starlette"

    assert audit.main(["--service-url", server.url]) == 1
    printed = capfd.readouterr().out
    assert "starlette 1.10.0" in printed
    assert "PYSEC-2099-1" in printed
    assert "uv lock --upgrade-package" in printed


def test_an_exception_in_pyproject_is_respected(server: AdvisoryServer, project: Path) -> None:
    server.vulnerable = "starlette"
    (project / "pyproject.toml").write_text(PROJECT + '[tool.uv.audit]\nignore = ["PYSEC-2099-1"]\n')

    assert audit.main(["--service-url", server.url]) == 0


@pytest.mark.parametrize("fault", ["nobody listens", "server error", "offline"])
@pytest.mark.parametrize(("demand", "code"), [(None, 0), ("required", 1)])
def test_an_audit_without_an_answer_is_loud_and_fails_where_it_is_required(
    server: AdvisoryServer,
    fault: str,
    demand: str | None,
    code: int,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.broken = fault == "server error"
    url = f"http://127.0.0.1:{unused_port()}" if fault == "nobody listens" else server.url
    if fault == "offline":
        monkeypatch.setenv("UV_OFFLINE", "1")
    if demand:
        monkeypatch.setenv("AUDIT", demand)

    assert audit.main(["--service-url", url]) == code
    assert "NOT AUDITED" in capfd.readouterr().err


@pytest.mark.parametrize("lock", [None, "version = 'none'"])
def test_fails_when_the_audit_itself_cannot_run(
    server: AdvisoryServer, project: Path, capfd: pytest.CaptureFixture[str], lock: str | None
) -> None:
    (project / "uv.lock").unlink()
    if lock:
        (project / "uv.lock").write_text(lock)

    assert audit.main(["--service-url", server.url]) == 1
    printed = capfd.readouterr()
    assert "NOT AUDITED" not in printed.err
    assert "uv lock --upgrade-package" not in printed.out


def unused_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
