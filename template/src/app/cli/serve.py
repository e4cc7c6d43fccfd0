"""The one way to start the service: same server, same limits and same farewell everywhere."""

import os
import socket
import sys

import structlog
from uvicorn.supervisors import ChangeReload, multiprocess

from app.cli.draining import DrainingProcess, DrainingServer, DrainingSupervisor
from app.cli.server_config import ServerConfig
from app.core.logging import configure_logging
from app.core.settings import Settings

log = structlog.get_logger(__name__)


def serve(settings: Settings, *, reload: bool) -> None:
    """Listen and serve until SIGTERM or SIGINT.

    Raises:
        SystemExit: with 1 when the address cannot be listened on, or when a worker failed.

    """
    configure_logging(settings)
    listener = _listen(settings)
    config = ServerConfig(settings, reload=reload)
    log.info("listening", host=settings.host, port=settings.port, workers=config.workers)
    if reload:
        ChangeReload(config, target=DrainingServer(config).run, sockets=[listener]).run()
    elif config.workers > 1:
        # Uvicorn has no parameter for the class of the workers.
        multiprocess.Process = DrainingProcess  # type: ignore[misc]
        supervisor = DrainingSupervisor(config, sockets=[listener])
        supervisor.run()
        if any(process.exitcode for process in supervisor.processes):
            raise SystemExit(1)
    else:
        DrainingServer(config).run(sockets=[listener])


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
