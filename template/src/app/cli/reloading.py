"""The reloader of development, which two signals at once do not lock."""

import socket
import threading
import time
from collections.abc import Callable

from uvicorn.supervisors import ChangeReload
from uvicorn.supervisors.basereload import BaseReload

from app.cli.server_config import ServerConfig


class ExitFlag(threading.Event):
    """What a signal handler may set, whatever it interrupts: it has no lock.

    Ctrl-C reaches the reloader twice, from the terminal and from `uv run`. Uvicorn's handler sets a `threading.Event`;
    the second signal in the middle of the first, or of a wait, waited for the lock of the first for ever.
    """

    _said = False

    def is_set(self) -> bool:
        """Tell whether it was set."""
        return self._said

    def set(self) -> None:
        """Set it, for good."""
        self._said = True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait all of the time, seconds, and tell whether it is set by then."""
        time.sleep(timeout or 0)
        return self._said


def reloader(
    config: ServerConfig, target: Callable[[list[socket.socket] | None], None], sockets: list[socket.socket]
) -> BaseReload:
    """Return what starts the server again when the code changes."""
    made = ChangeReload(config, target=target, sockets=sockets)
    made.should_exit = ExitFlag()
    return made
