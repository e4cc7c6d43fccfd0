"""How the service is started."""

import socket
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.supervisors import multiprocess

import app
from app.cli import serve as serve_module
from app.cli.draining import DrainingProcess
from app.cli.http_protocol import BoundedProtocol
from app.cli.serve import serve
from app.cli.server_config import ServerConfig
from app.core.settings import Settings
from tests.operations.service import free_port


def config_of(**values: object) -> ServerConfig:
    return ServerConfig(Settings.model_validate({"environment": "test", **values}), reload=False)


def test_says_in_one_line_that_the_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as exit_info:
            serve(Settings(environment="test", port=port), reload=False)
    assert exit_info.value.code == 1
    assert capsys.readouterr().err == f"Cannot listen on 127.0.0.1 port {port}: Address already in use.\n"


def test_says_in_one_line_that_the_host_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        serve(Settings(environment="test", host="no.such.host.invalid"), reload=False)
    error = capsys.readouterr().err
    assert error.startswith("Cannot listen on no.such.host.invalid port 8000: ")
    assert error.count("\n") == 1


class Supervisor:
    """Stands in for a supervisor of processes; `exit_codes` are those of its workers."""

    exit_codes: ClassVar[list[int]] = []
    started: ClassVar[list["Supervisor"]] = []

    def __init__(self, config: ServerConfig, *, sockets: list[socket.socket], target: object = None) -> None:
        self.config = config
        self.sockets = sockets
        self.processes = [SimpleNamespace(exitcode=code) for code in self.exit_codes]
        self.started.append(self)

    def run(self) -> None:
        for listener in self.sockets:
            listener.close()


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> type[Supervisor]:
    monkeypatch.setattr(serve_module, "DrainingSupervisor", Supervisor)
    monkeypatch.setattr("app.cli.reloading.ChangeReload", Supervisor)
    monkeypatch.setattr(multiprocess, "Process", multiprocess.Process)
    monkeypatch.setattr(Supervisor, "started", [])
    return Supervisor


@pytest.mark.parametrize(("codes", "fails"), [([0, 0], False), ([0, 3], True), ([-9, 0], True)])
def test_a_worker_that_failed_is_a_failure(
    *, codes: list[int], fails: bool, supervisor: type[Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "exit_codes", codes)
    with pytest.raises(SystemExit) if fails else nullcontext():
        serve(Settings(environment="test", port=free_port(), web_concurrency=2), reload=False)
    assert multiprocess.Process is DrainingProcess


def test_reloading_watches_the_package_only(supervisor: type[Supervisor]) -> None:
    serve(Settings(environment="development", port=free_port(), web_concurrency=4), reload=True)
    [started] = supervisor.started
    assert (started.config.workers, started.config.should_reload) == (1, True)
    assert started.config.reload_dirs == [Path(app.__file__).parent]


def test_the_server_is_the_fast_one_and_keeps_quiet() -> None:
    config = config_of(host="::1", port=9000, web_concurrency=3)
    assert (config.host, config.port, config.workers) == ("::1", 9000, 3)
    assert (config.loop, config.http, config.timeout_worker_healthcheck) == ("uvloop", BoundedProtocol, 20)
    assert (config.access_log, config.server_header, config.log_config) == (False, False, None)


def test_forwarded_headers_come_from_named_proxies_only() -> None:
    assert config_of().proxy_headers is False
    config = config_of(trusted_proxies="10.0.0.1,10.1.0.0/16")
    assert config.proxy_headers is True
    trusted = ProxyHeadersMiddleware(lambda *_: None, config.forwarded_allow_ips).trusted_hosts  # type: ignore[arg-type]
    assert "10.0.0.1" in trusted
    assert "10.1.2.3" in trusted
    assert "127.0.0.1" not in trusted


@pytest.mark.parametrize(
    ("values", "delay"),
    [
        ({}, 5),
        ({"environment": "development"}, 0),
        ({"environment": "development", "shutdown_delay_seconds": 3}, 3),
    ],
)
def test_development_does_not_wait_for_a_load_balancer(values: dict[str, Any], delay: float) -> None:
    assert config_of(**values).shutdown_delay == delay


def test_the_farewell_has_an_end() -> None:
    assert config_of(shutdown_delay_seconds=3, shutdown_timeout_seconds=10).longest_farewell == 15
