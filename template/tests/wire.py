"""The wire between the service and Redis or its broker: it can be cut, and fall silent."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Wire:
    """Passes on what both sides say, at a port that stays the same."""

    far_url: str
    default_port: int
    port: int = 0
    _server: asyncio.Server | None = None
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The address at this end."""
        parts = urlsplit(self.far_url)
        account = parts.netloc.rpartition("@")[:2]
        return parts._replace(netloc="".join((*account, f"127.0.0.1:{self.port}"))).geturl()

    async def mend(self) -> None:
        """Listen again, and let everything through."""
        if self._server is None:
            self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
        self._flows.set()

    async def cut(self) -> None:
        """End all connections; new ones are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._writers:
            writer.transport.abort()
        self._flows.set()
        await asyncio.sleep(0.05)

    def silence(self) -> None:
        """Let nothing through; connections stay open, and new ones are accepted."""
        self._flows.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = urlsplit(self.far_url)
        far_reader, far_writer = await asyncio.open_connection(far.hostname, far.port or self.default_port)
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
