"""What the server does with bytes that never become a request."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.server import ServerState

from app.cli import http_protocol
from app.cli.http_protocol import BoundedProtocol
from tests.operations.service import LIVE, SLOW, Answer, Service, start

ENDLESS = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000


@pytest.fixture(scope="module")
async def service(
    shared_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """Return the running service, and see afterwards that it ends in good order."""
    settings = {"SHUTDOWN_DELAY_SECONDS": "0"}
    service = await start(tmp_path_factory.mktemp("wire"), shared_environment | settings, code=SLOW)
    yield service
    service.terminate()
    assert await service.exit_code(within=20) == 0


async def test_broken_and_endless_heads_are_refused_in_our_words(service: Service) -> None:
    for sent, status, code in (
        (b"GARBAGE\r\n\r\n", 400, "bad-request"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "bad-request"),
        (ENDLESS, 431, "header-too-large"),
    ):
        async with service.connect() as connection:
            connection.send(sent)
            answer = await connection.answer()
            with suppress(ConnectionResetError):  # what was sent and not read
                assert await connection.reader.read() == b""
        assert_is_ours(answer, status, code)
    # Long, but not endless.
    assert (await service.ask(LIVE[:-2] + b"X: " + b"x" * 20_000 + b"\r\n\r\n")).status == 200


CHUNKED = b"Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_trailers_are_no_headers_and_have_an_end(service: Service) -> None:
    async with service.connect() as connection:
        connection.send(b"GET /health/live HTTP/1.1\r\n" + CHUNKED + b"0\r\nX-Request-ID: from-a-trailer\r\n\r\n")
        assert "from-a-trailer" not in (await connection.answer()).head
        # The connection is as good as new.
        assert (await connection.ask(LIVE)).status == 200
    async with service.connect() as connection:
        connection.send(b"POST /nowhere HTTP/1.1\r\n" + CHUNKED + b"0\r\n" + b"a: b\r\n" * 100_000)
        with suppress(ConnectionResetError):
            received = await asyncio.wait_for(connection.reader.read(), 5)
            assert received.count(b"HTTP/1.1") <= 1


async def test_a_length_of_thousands_of_digits_is_a_number_like_any_other(service: Service) -> None:
    for length, status in ((b"0" * 5000 + b"2", 200), (b"0" * 50 + b"9" * 12, 413)):
        head = b"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        answer = await service.ask(head + length + b"\r\n\r\n{}")
        assert answer.status == status
        assert "x-content-type-options: nosniff" in answer.head.lower()


def assert_is_ours(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status
    problem = json.loads(answer.body)
    assert (problem["status"], problem["code"]) == (status, code)
    headers = dict(line.lower().split(": ", 1) for line in answer.head.split("\r\n")[1:] if line)
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-request-id"] == problem["request_id"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["connection"] == "close"
    assert "server" not in headers


@pytest.mark.parametrize("sent", [b"", LIVE[:20], LIVE + LIVE[:20]])
async def test_a_head_that_never_ends_is_not_waited_for(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    config = Config(Starlette(), http=BoundedProtocol, ws="none", lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedProtocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        writer.write(sent)
        received = await asyncio.wait_for(reader.read(), 2)
        assert received.startswith(b"HTTP/1.1 404") if sent.startswith(LIVE) else received == b""
    finally:
        writer.close()
        server.close()
    assert state.connections == set()
