"""What cannot be exposed is said before anything starts."""

import socket

import pytest

from app.cli.exposing import expose_service
from app.cli.server_config import ServerConfig
from app.core.settings import Settings


def test_a_port_that_is_taken_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(environment="test")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("METRICS_PORT", str(port))
        with pytest.raises(SystemExit) as caught:
            expose_service(settings, ServerConfig(settings, reload=False))
    assert caught.value.code == 1
    line = f"Cannot listen on 127.0.0.1 port {port} (METRICS_PORT): Address already in use.\n"
    assert capsys.readouterr().err == line
