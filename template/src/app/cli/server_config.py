"""How Uvicorn runs the service, from the settings."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp
from uvicorn import Config

import app
from app.cli.http_protocol import BoundedProtocol
from app.core.settings import Settings

#: Longer than load balancers keep idle connections (60 s is common): the side that sends must close first, or
#: now and then a request meets a closing connection.
KEEP_ALIVE_SECONDS = 75
#: The parent replaces a worker that says nothing for this long. Importing takes a cold, busy machine longer than
#: Uvicorn's 5 seconds, and a worker replaced while it starts never gets ready. (The parent heeds no signal meanwhile.)
WORKER_SILENCE_SECONDS = 20
#: What closing the resources may take after the last request has ended.
CLOSING_SECONDS = 2


class ServerConfig(Config):
    """Uvicorn's configuration; travels to worker processes."""

    def __init__(self, settings: Settings, *, reload: bool) -> None:
        # In development nobody waits for a load balancer that does not exist.
        waits = settings.environment != "development" or "shutdown_delay_seconds" in settings.model_fields_set
        self.shutdown_delay = settings.shutdown_delay_seconds if waits else 0
        self.shutdown_timeout = settings.shutdown_timeout_seconds
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
            http=BoundedProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_worker_healthcheck=WORKER_SILENCE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_timeout_seconds,
        )

    @property
    def longest_farewell(self) -> float:
        """Seconds from the signal to the end of the process, at most."""
        return self.shutdown_delay + self.shutdown_timeout + CLOSING_SECONDS


def application_of(served: ASGIApp) -> Starlette:
    """Return our application in what the server runs."""
    # Uvicorn wraps what it serves, for example to read proxy headers.
    while not isinstance(served, Starlette):
        served = served.app  # type: ignore[attr-defined]
    return served
