"""The wire between the service and its database server: a proxy that counts, cuts and goes silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url

from tests.waiting import until


@dataclass
class Wire:
    """Passes on what both sides say.

    `exchanges` is how often the client spoke after the server did, `held` how many messages wait in a silence.
    """

    host: str
    port: int
    exchanges: int = 0
    held: int = 0
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _last: asyncio.StreamReader | None = None

    def silence(self) -> None:
        """Let nothing through; connections stay open, and new ones are accepted."""
        self._flows.clear()

    def resume(self) -> None:
        """Let through what waits."""
        self._flows.set()

    def cut(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.transport.abort()

    async def is_cut(self) -> None:
        """Wait until both sides can know."""
        await until(lambda: not self._writers)
        await asyncio.sleep(0.05)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a client."""
        server_reader, server_writer = await asyncio.open_connection(self.host, self.port)
        pair = {writer, server_writer}
        self._writers |= pair
        with suppress(OSError):
            await asyncio.gather(
                self._pass_on(reader, server_writer, asks=True), self._pass_on(server_reader, writer, asks=False)
            )
        for end in pair:
            end.transport.abort()
        self._writers -= pair

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, asks: bool) -> None:
        while data := await reader.read(65536):
            self.held += 1
            await self._flows.wait()
            self.held -= 1
            if writer.is_closing():
                break
            self.exchanges += asks and self._last is not reader
            self._last = reader
            writer.write(data)
        raise ConnectionResetError


@asynccontextmanager
async def wire_to(url: str, default_port: int) -> AsyncIterator[tuple[Wire, str]]:
    """Open a wire to the server of an address, and give the address at this end."""
    target = make_url(url)
    wire = Wire(target.host or "localhost", target.port or default_port)
    wire.resume()
    server = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    near = target.set(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    try:
        yield wire, near.render_as_string(hide_password=False)
    finally:
        server.close()
        wire.cut()
        await server.wait_closed()
