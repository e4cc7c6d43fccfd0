"""A reverse proxy that sends requests to who says that it is ready, and never sends one twice."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from typing import Self

from tests.operations.service import READY, Answer, Connection, Service, connect

BROKEN = (OSError, asyncio.IncompleteReadError)


class Proxy:
    """A proxy for requests without a body, with kept connections on both sides."""

    def __init__(self, *services: Service) -> None:
        self.services = services
        self.ready: list[Service] = list(services)
        #: How many requests each service got, by its port.
        self.sent: Counter[int] = Counter()
        self.port = 0
        self._turns = count()
        self._kept: defaultdict[int, list[Connection]] = defaultdict(list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Answer on a port of its own."""
        async with AsyncExitStack() as stack, await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._stack = stack
            watching = asyncio.create_task(self._watch())
            stack.callback(watching.cancel)
            yield self

    async def _watch(self) -> None:
        """Ask everybody ten times a second."""
        while True:
            self.ready = [service for service in self.services if await self._is_ready(service)]
            await asyncio.sleep(0.1)

    @staticmethod
    async def _is_ready(service: Service) -> bool:
        with suppress(*BROKEN):
            return (await service.ask(READY)).status == 200
        return False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*BROKEN):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(await self._pass_on(request))
        writer.close()

    async def _pass_on(self, request: bytes) -> bytes:
        """Return the answer of who is ready, or 502: nothing is tried a second time."""
        try:
            service = self.ready[next(self._turns) % len(self.ready)]
            self.sent[service.port] += 1
            answer = await self._exchange(service.port, request)
        except (ZeroDivisionError, *BROKEN):
            return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
        # Whether a connection is kept is a matter of each side.
        head = re.sub(r"connection: [^\r]*\r\n", "", answer.head, flags=re.IGNORECASE)
        return head.encode() + answer.body

    async def _exchange(self, port: int, request: bytes) -> Answer:
        kept = self._kept[port]
        connection = kept.pop() if kept else await self._stack.enter_async_context(connect(port))
        answer = await connection.ask(request)
        if not answer.closes:
            kept.append(connection)
        return answer
