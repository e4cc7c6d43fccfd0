"""No request waits for ever."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI
from structlog.typing import EventDict


async def test_ends_a_request_that_takes_too_long(small_client: httpx2.AsyncClient, logged: list[EventDict]) -> None:
    response = await small_client.get("/slow")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "deadline-exceeded"
    assert [event["event"] for event in logged] == ["deadline_exceeded", "request"]


async def test_an_answer_that_has_begun_may_take_as_long_as_it_likes(small_client: httpx2.AsyncClient) -> None:
    assert (await small_client.get("/stream")).text == "slowly"


async def test_the_end_of_the_shutdown_is_told_to_the_client(
    small_app: FastAPI, small_client: httpx2.AsyncClient, logged: list[EventDict]
) -> None:
    small_app.state.draining = True
    request = asyncio.create_task(small_client.get("/slow"))
    await asyncio.sleep(0.05)
    request.cancel()
    response = await request
    assert response.status_code == 503
    assert response.json()["code"] == "shutting-down"
    assert response.headers["Retry-After"] == "1"
    assert "request_cancelled" in [event["event"] for event in logged]


async def test_any_other_cancellation_passes(small_client: httpx2.AsyncClient) -> None:
    request = asyncio.create_task(small_client.get("/slow"))
    await asyncio.sleep(0.05)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
