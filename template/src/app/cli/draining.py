"""How the service leaves: nobody is sent away unanswered, and nothing holds the process for ever."""

import asyncio
import gc
import os
import socket
import threading
import time
from contextlib import suppress
from types import FrameType

import structlog
from uvicorn import Server
from uvicorn.supervisors import Multiprocess, multiprocess

from app.cli.server_config import ServerConfig, application_of

log = structlog.get_logger(__name__)

#: What a request may take from the acceptance of its connection to its first byte.
TICK_SECONDS = 0.1
ARRIVAL_TICKS = 10
#: Process managers signal a whole group and its first process does so again: that is not a second signal.
ECHO_SECONDS = 1


class DrainingServer(Server):
    """Tells the world that it is leaving before it stops to listen.

    First signal: not ready any more, answers close their connections, everything is still served while load
    balancers move on. After the delay, or with a second signal: no new connections, the running requests get
    their time, then the process ends, whatever hangs.
    """

    config: ServerConfig
    _drains_since: float | None = None
    _leaves: threading.Event

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (signal handlers get both)
        """Begin to leave; called by the signal handler."""
        now = time.monotonic()
        if not self.started:
            self.should_exit = True
        elif self._drains_since is None:
            self._drains_since = now
            self._begin_to_drain()
        elif now - self._drains_since > ECHO_SECONDS:
            # Somebody is in a hurry, and the third time in a great hurry.
            self.force_exit = self.should_exit
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and keep what was loaded from the garbage collector: a full pass over it takes 90 ms (measured)."""
        # Not in the handler: a signal that interrupts the start of another thread would wait for its lock. Not earlier:
        # the reloader sends this object to a new process, and locks do not travel.
        self._leaves = threading.Event()
        threading.Thread(target=self._end_in_time, daemon=True).start()
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def on_tick(self, counter: int) -> bool:
        """Tell, ten times a second, whether it is time to stop."""
        if self._drains_since is not None and time.monotonic() >= self._drains_since + self.config.shutdown_delay:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop to listen, then end the connections and the application."""
        await self._stop_listening(sockets or [])
        await self._await_arrivals()
        await super().shutdown(sockets)

    async def _stop_listening(self, listeners: list[socket.socket]) -> None:
        # Closing a listener resets the connections that wait in its queue. So the queue is taken over by a
        # duplicate, emptied, and closed within microseconds.
        queues = [listener.dup() for listener in listeners]
        for server in self.servers:
            server.close()
        for listener in listeners:
            listener.close()
        loop = asyncio.get_running_loop()
        for connection in [connection for queue in queues for connection in _accept_all(queue)]:
            await loop.connect_accepted_socket(self._new_protocol, connection)

    async def _await_arrivals(self) -> None:
        # The latest connections have not brought their request yet, and closing them now would lose it.
        for _ in range(ARRIVAL_TICKS):
            await asyncio.sleep(TICK_SECONDS)
            if all(getattr(connection, "cycle", None) for connection in self.server_state.connections):
                return

    def _new_protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    def _begin_to_drain(self) -> None:
        state = application_of(self.config.loaded_app).state
        state.draining = True
        state.ends_at = time.monotonic() + self.config.shutdown_delay + self.config.shutdown_timeout
        close = (b"connection", b"close")
        self.config.encoded_headers.append(close)
        # Until the next tick makes the list anew.
        self.server_state.default_headers = [*self.server_state.default_headers, close]
        self._leaves.set()

    def _end_in_time(self) -> None:
        # Requests that ignore their cancellation, or block a thread or the loop, must not hold the process.
        self._leaves.wait()
        time.sleep(self.config.longest_farewell)
        log.critical("shutdown_forced", reason="a request or a task did not end in time")
        os._exit(1)


class DrainingProcess(multiprocess.Process):
    """A worker process with our server."""

    def start(self) -> None:
        """Start, and keep nothing of the child's end: its death answers the parent, who may be waiting for a word."""
        super().start()
        self.child_conn.close()

    @property
    def server(self) -> Server:
        """Return the server of this process."""
        if self._server is None:
            self._server = DrainingServer(self.config)
        return self._server


class DrainingSupervisor(Multiprocess):
    """The parent of the workers."""

    def terminate_all(self) -> None:
        """Pass the signal on; while the parent held the port, the system would go on accepting connections."""
        for listener in self.sockets:
            listener.close()
        super().terminate_all()


def _accept_all(listener: socket.socket) -> list[socket.socket]:
    listener.setblocking(False)
    accepted = []
    # Ends when the queue is empty, or no more files can be opened.
    with listener, suppress(OSError):
        while True:
            accepted.append(listener.accept()[0])
    return accepted
