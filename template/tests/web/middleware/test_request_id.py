"""Every answer and every log line carries the request's id."""

import asyncio

import httpx2
import pytest
from structlog.contextvars import bind_contextvars, get_contextvars
from structlog.typing import EventDict


@pytest.mark.parametrize("path", ["/items/1", "/nothing", "/crash", "/slow", "/items/x"])
async def test_the_answer_the_problem_and_the_log_carry_one_id(
    path: str, small_client: httpx2.AsyncClient, logged: list[EventDict]
) -> None:
    response = await small_client.get(path)
    request_id = response.headers["X-Request-ID"]
    assert len(request_id) == 32
    assert {event["request_id"] for event in logged} == {request_id}
    if response.is_error:
        assert response.json()["request_id"] == request_id


async def test_takes_over_a_well_formed_id_of_the_client(small_client: httpx2.AsyncClient) -> None:
    response = await small_client.get("/items/1", headers={"X-Request-ID": "order-4711.retry_2"})
    assert response.headers.get_list("X-Request-ID") == ["order-4711.retry_2"]


@pytest.mark.parametrize("bad", ["", "short", "x" * 65, "with space", "line\\nbreak", "<script>", "ünïcödé-id"])
async def test_replaces_any_other_id(bad: str, small_client: httpx2.AsyncClient) -> None:
    response = await small_client.get("/items/1", headers=[(b"X-Request-ID", bad.encode())])
    assert response.headers["X-Request-ID"] != bad
    assert response.headers["X-Request-ID"].isalnum()


async def test_requests_do_not_share_their_ids(small_client: httpx2.AsyncClient) -> None:
    responses = await asyncio.gather(*(small_client.get("/items/1") for _ in range(20)))
    assert len({response.headers["X-Request-ID"] for response in responses}) == 20


async def test_values_of_the_request_before_are_forgotten(small_client: httpx2.AsyncClient) -> None:
    await small_client.get("/items/1")
    first = get_contextvars()["request_id"]
    bind_contextvars(user="ada")
    await small_client.get("/items/1")
    assert get_contextvars()["request_id"] != first
    assert get_contextvars().keys() == {"request_id"}
