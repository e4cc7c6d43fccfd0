"""The one way to start the service: same server, same limits and same farewell everywhere."""

import os
import socket
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import structlog
from starlette.applications import Starlette
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.supervisors import ChangeReload, Multiprocess, multiprocess

import app
from app.core.logging import configure_logging
from app.core.settings import Settings

log = structlog.get_logger(__name__)

#: Longer than load balancers keep idle connections (60 s is common): the side that sends must close first, or
#: now and then a request meets a closing connection.
KEEP_ALIVE_SECONDS = 75
#: What closing the resources may take after the last request has ended.
CLOSING_SECONDS = 2


def serve(settings: Settings, *, reload: bool) -> None:
    """Listen and serve until SIGTERM or SIGINT.

    Raises:
        SystemExit: with 1 when the address cannot be listened on.

    """
    configure_logging(settings)
    listener = _listen(settings)
    config = ServeConfig(settings, reload=reload)
    log.info("listening", host=settings.host, port=settings.port, workers=config.workers)
    if reload:
        ChangeReload(config, target=DrainingServer(config).run, sockets=[listener]).run()
    elif config.workers > 1:
        # Uvicorn has no parameter for the server's class.
        multiprocess.Process = DrainingProcess  # type: ignore[misc]
        Multiprocess(config, sockets=[listener]).run()
    else:
        DrainingServer(config).run(sockets=[listener])


class ServeConfig(Config):
    """Uvicorn's configuration; travels to worker processes."""

    def __init__(self, settings: Settings, *, reload: bool) -> None:
        # In development nobody waits for a load balancer that does not exist.
        waits = settings.environment != "development" or "shutdown_delay_seconds" in settings.model_fields_set
        self.shutdown_delay = settings.shutdown_delay_seconds if waits else 0
        super().__init__(
            "app.main:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=1 if reload else settings.web_concurrency,
            reload=reload,
            reload_dirs=[str(Path(app.__file__).parent)] if reload else None,
            # Named, because "auto" silently takes slower ones when they are not installed.
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_timeout_seconds,
        )

    @property
    def longest_farewell(self) -> float:
        """Seconds from the signal to the end of the process, at most."""
        return self.shutdown_delay + (self.timeout_graceful_shutdown or 0) + CLOSING_SECONDS


class DrainingServer(Server):
    """Tells the world that it is leaving before it stops to listen.

    First signal: not ready any more, answers close their connections, everything is still served while load
    balancers move on. After the delay, or with a second signal: no new connections, the running requests get
    their time, then the process ends, whatever hangs.
    """

    config: ServeConfig
    _leaves_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (signal handlers get both)
        """Begin to leave; called by the signal handler."""
        if self._leaves_at is None and self.started:
            self._leaves_at = time.monotonic() + self.config.shutdown_delay
            self._begin_to_drain()
        else:
            # Nobody was sent here yet, or somebody is in a hurry.
            self.force_exit = self.should_exit
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Tell, ten times a second, whether it is time to stop."""
        if self._leaves_at is not None and time.monotonic() >= self._leaves_at:
            self.should_exit = True
        return await super().on_tick(counter)

    def _begin_to_drain(self) -> None:
        _application(self.config.loaded_app).state.draining = True
        close = (b"connection", b"close")
        self.config.encoded_headers.append(close)
        # Until the next tick makes the list anew.
        self.server_state.default_headers = [*self.server_state.default_headers, close]
        # Requests that ignore their cancellation, or block a thread or the loop, must not hold the process.
        watchdog = threading.Timer(self.config.longest_farewell, _end)
        watchdog.daemon = True
        watchdog.start()


class DrainingProcess(multiprocess.Process):
    """A worker process with our server."""

    @property
    def server(self) -> Server:
        """Return the server of this process."""
        if self._server is None:
            self._server = DrainingServer(self.config)
        return self._server


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        print(f"Cannot listen on {settings.host} port {settings.port}: {reason}.", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None
    listener.set_inheritable(True)
    return listener


def _application(served: ASGIApp) -> Starlette:
    # Uvicorn wraps what it serves, for example to read proxy headers.
    while not isinstance(served, Starlette):
        served = served.app  # type: ignore[attr-defined]
    return served


def _end() -> None:
    log.critical("shutdown_forced", reason="a request or a task did not end in time")
    os._exit(1)
