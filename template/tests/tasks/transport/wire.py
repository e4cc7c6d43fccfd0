"""The wire between the service and its broker: it can be cut, and go silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Passes on what both sides say; `url` is the address at this end."""

    def __init__(self, url: str, default_port: int) -> None:
        self._target = urlsplit(url)
        self._default_port = default_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        account = f"{name}@" if (name := self._target.netloc.rpartition("@")[0]) else ""
        return self._target._replace(netloc=f"{account}127.0.0.1:{self.port}").geturl()

    async def open(self) -> None:
        """Accept connections."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """End all connections, and refuse new ones."""
        if self._server:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    def silence(self) -> None:
        """Swallow everything; connections are still accepted."""
        self._flows.clear()

    def resume(self) -> None:
        """Let through what waits."""
        self._flows.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = self._target.hostname, self._target.port or self._default_port
        far_reader, far_writer = await asyncio.open_connection(*target)
        pair = {writer, far_writer}
        self._writers |= pair
        with suppress(OSError):
            await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer))
        for end in pair:
            end.transport.abort()
        self._writers -= pair

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._flows.wait()
            if writer.is_closing():
                break
            writer.write(data)
        raise ConnectionResetError


@asynccontextmanager
async def wire_to(url: str, default_port: int) -> AsyncIterator[Wire]:
    """Open a wire to the broker."""
    wire = Wire(url, default_port)
    await wire.open()
    try:
        yield wire
    finally:
        wire.resume()
        wire.cut()
