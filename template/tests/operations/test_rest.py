"""What follows of a request that has its answer already has an end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from time import monotonic

import pytest
from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.server import ServerState

from app.cli import http_protocol
from app.cli.http_protocol import BoundedProtocol

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Streams]]
UNREAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n"
EMPTY = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
async def connect(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connect]:
    """Return a function that connects to a server that answers 404 and reads no body."""
    monkeypatch.setattr(http_protocol, "REST_SECONDS", 0.4)
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.4)
    config = Config(Starlette(), http=BoundedProtocol, ws="none", lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedProtocol(config, state, {}), "127.0.0.1", 0)
    writers = []

    async def begin() -> Streams:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writers.append(writer)
        return reader, writer

    yield begin
    for writer in writers:
        writer.close()
    server.close()


@pytest.mark.parametrize(("request_", "piece"), [(UNREAD, b"x"), (EMPTY, b"\n")])
async def test_a_client_that_drips_for_ever_is_cut_off(request_: bytes, piece: bytes, connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(request_)
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")

    async def drip() -> None:
        while True:
            writer.write(piece)
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    began = monotonic()
    with suppress(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 3)
    assert monotonic() - began < 2
    dripping.cancel()


@pytest.mark.parametrize(
    ("head", "flood"),
    [
        (UNREAD, b"x" * 2_000_000),
        (CHUNKED + b"200000\r\n", b"x" * 2_000_000),
        (CHUNKED + b"0\r\n", b"a: b\r\n" * 60_000),
    ],
)
async def test_a_client_that_floods_is_cut_off(
    head: bytes, flood: bytes, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "REST_SECONDS", 60)
    reader, writer = await connect()
    writer.write(head)
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    writer.write(flood)
    with suppress(ConnectionResetError):
        rest = await asyncio.wait_for(reader.read(), 3)
        assert b"HTTP/1.1" not in rest  # no second answer to one request


async def test_a_rest_that_ends_leaves_the_connection_in_use(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab")
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    await asyncio.sleep(0.1)
    writer.write(b"cd")
    await asyncio.sleep(0.6)  # longer than the rest may take
    await reader.readuntil(b"Not Found")
    writer.write(EMPTY)
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
