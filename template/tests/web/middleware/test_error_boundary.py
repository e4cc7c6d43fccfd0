"""Whatever nobody expected becomes one log entry and an answer that gives nothing away."""

import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import Message
from structlog.typing import EventDict


async def test_an_unexpected_error_gives_nothing_away(
    small_client: httpx2.AsyncClient, logged: list[EventDict]
) -> None:
    response = await small_client.get("/crash")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "code": "internal-error",
        "detail": "Something went wrong on our side",
        "request_id": response.headers["X-Request-ID"],
    }
    [entry] = [event for event in logged if event["event"] == "unhandled_error"]
    assert entry["exc_info"] is True
    assert entry["log_level"] == "error"


async def test_an_answer_that_has_begun_is_cut(small_client: httpx2.AsyncClient, logged: list[EventDict]) -> None:
    with pytest.raises(AssertionError):  # the transport's: the answer never ended
        await small_client.get("/crash-late")
    assert [event["answering"] for event in logged if event["event"] == "unhandled_error"] == [True]


async def test_a_client_that_went_away_is_no_error(small_client: httpx2.AsyncClient, logged: list[EventDict]) -> None:
    with pytest.raises(AssertionError):  # the transport's: nobody was answered
        await small_client.get("/gone")
    assert_nobody_was_answered(logged)


async def test_a_client_that_goes_away_while_it_sends_is_no_error(small_app: FastAPI, logged: list[EventDict]) -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/echo", "query_string": b"", "headers": headers}
    await small_app(scope, receive, send)
    assert sent == []
    assert_nobody_was_answered(logged)


def assert_nobody_was_answered(logged: list[EventDict]) -> None:
    assert [event["event"] for event in logged] == ["client_disconnected", "request"]
    assert logged[0]["log_level"] == "debug"
    assert logged[1]["status"] == 499
