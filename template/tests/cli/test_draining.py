"""When a server that was told to leave does."""

import pickle
import signal
import threading

import pytest
from starlette.applications import Starlette

from app.cli.draining import DrainingServer
from app.cli.server_config import ServerConfig
from app.core.settings import Settings


class Clock:
    """A clock that moves when it is told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("app.cli.draining.time", clock)
    return clock


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> DrainingServer:
    monkeypatch.setattr(DrainingServer, "_begin_to_drain", lambda _self: None)
    server = DrainingServer(ServerConfig(Settings(environment="test", shutdown_delay_seconds=5), reload=False))
    server.config.encoded_headers = []
    server.started = True
    return server


async def test_the_first_signal_lets_the_delay_pass(server: DrainingServer, clock: Clock) -> None:
    server.handle_exit(signal.SIGTERM, None)
    assert not await server.on_tick(1)
    clock.now += 4.9
    assert not await server.on_tick(1)
    clock.now += 0.1
    assert await server.on_tick(1)
    assert not server.force_exit


async def test_an_echo_of_the_signal_changes_nothing(server: DrainingServer, clock: Clock) -> None:
    server.handle_exit(signal.SIGTERM, None)
    clock.now += 0.5
    server.handle_exit(signal.SIGTERM, None)
    assert not await server.on_tick(1)


async def test_a_second_signal_skips_the_delay_and_a_third_the_requests(server: DrainingServer, clock: Clock) -> None:
    server.handle_exit(signal.SIGINT, None)
    clock.now += 2
    server.handle_exit(signal.SIGINT, None)
    assert await server.on_tick(1)
    assert not server.force_exit
    server.handle_exit(signal.SIGINT, None)
    assert server.force_exit


def test_the_handler_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal may interrupt whoever holds the lock of starting one, and would then wait for itself."""
    server = DrainingServer(ServerConfig(Settings(environment="test"), reload=False))
    server.started, server.config.loaded_app, server.config.encoded_headers = True, Starlette(), []
    server._leaves = threading.Event()
    monkeypatch.setattr(threading.Thread, "start", lambda _thread: pytest.fail("a thread was started"))
    server.handle_exit(signal.SIGTERM, None)
    assert server.config.loaded_app.state.draining


def test_the_reloader_can_send_it_to_a_new_process() -> None:
    server = DrainingServer(ServerConfig(Settings(environment="test"), reload=True))
    assert pickle.loads(pickle.dumps(server.run)).__self__.config.reload  # noqa: S301 - our own


async def test_a_signal_during_the_start_ends_it(server: DrainingServer, clock: Clock) -> None:
    server.started = False
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit
