"""The service as a process of its own, and a client that notices every lost byte."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.operations.forks import Process, Program, fork

START = "from app.cli import cli; cli()"
#: The service with an endpoint that reads a body, and one that blocks a thread, which nobody can cancel.
SLOW = """
import time
from fastapi import Request
from app import main
from app.cli import server_config
server_config.CLOSING_SECONDS = 0.5
create_app = main.create_app
async def upload(request: Request):
    return len(await request.body())
def create_slow_app():
    app = create_app()
    app.add_api_route("/upload", upload, methods=["POST"])
    app.add_api_route("/block", lambda: time.sleep(60))
    return app
main.create_app = create_slow_app
from app.cli import cli
cli()
"""
Begin = Callable[[Program], Awaitable[Process]]
LIVE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
READY = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """Status, head and body of a response."""

    status: int
    head: str
    body: bytes

    @property
    def closes(self) -> bool:
        return "connection: close" in self.head.lower()


class Connection:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:"))
        return Answer(int(head[9:12]), head, await self.reader.readexactly(length))

    async def ask(self, request: bytes) -> Answer:
        self.send(request)
        return await self.answer()


@asynccontextmanager
async def connect(port: int) -> AsyncIterator[Connection]:
    """Open a connection to a port of this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


@dataclass
class Service:
    """A running service."""

    process: Process
    port: int
    errors: Path
    log: Path

    def connect(self) -> AbstractAsyncContextManager[Connection]:
        return connect(self.port)

    async def ask(self, request: bytes) -> Answer:
        async with self.connect() as connection:
            return await connection.ask(request)

    def kill(self) -> None:
        """End it at once, its workers too."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def exit_code(self, within: float) -> int:
        return await asyncio.wait_for(self.process.wait(), within)

    async def says(self, event: str, *, times: int) -> None:
        """Wait until an event was logged so often."""
        for _ in range(300):
            if self.events().count(event) == times:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.events())

    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.log.read_text().splitlines()]


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def start(directory: Path, settings: dict[str, str], *, code: str = START, begin: Begin = fork) -> Service:
    """Start the service with these settings and nothing else, and wait until it is ready."""
    port = free_port()
    errors, log = directory / "stderr", directory / "stdout"
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    variables = {**kept, "ENVIRONMENT": "test", "PORT": str(port), **settings}
    process = await begin(Program(code, ["serve"], directory, variables, stdout=log, stderr=errors))
    service = Service(process, port, errors, log)
    for _ in range(300):
        assert process.returncode is None, errors.read_text()
        with suppress(OSError):
            if (await service.ask(READY)).status == 200:
                return service
        await asyncio.sleep(0.05)
    # Nobody else knows of it, and an event loop does not close while a process of its own runs.
    service.kill()
    await process.wait()
    raise AssertionError(errors.read_text())
