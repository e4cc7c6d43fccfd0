"""Tasks of requests: when they start, and what they know of their request."""

import asyncio
import json

import httpx2
import pytest
from starlette.types import Message, Receive, Scope, Send

from app.core.errors import NotFound
from app.main import create_app
from app.resources import Resources
from app.web.dependencies import TasksDep


async def note(_resources: Resources, seen: list[str], text: str) -> None:
    """Do something that can be seen."""
    seen.append(text)


async def test_a_request_that_fails_starts_nothing(resources: Resources) -> None:
    seen: list[str] = []

    async def begin(tasks: TasksDep) -> None:
        tasks.enqueue(note, seen, "done")

    async def give_up(tasks: TasksDep) -> None:
        tasks.enqueue(note, seen, "never")
        raise NotFound

    app = create_app(resources)
    for endpoint in (begin, give_up):
        app.add_api_route(f"/{endpoint.__name__}", endpoint, methods=["POST"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        assert (await client.post("/give_up")).status_code == 404
        assert (await client.post("/begin")).status_code == 200
    await resources.tasks.drain(1)
    assert seen == ["done"]


async def test_a_task_starts_when_the_response_has_left(resources: Resources) -> None:
    happened: list[str] = []

    async def begin(tasks: TasksDep) -> None:
        tasks.enqueue(note, happened, "task")

    app = create_app(resources)
    app.add_api_route("/begin", begin, methods=["POST"])

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        async def leave(message: Message) -> None:
            await asyncio.sleep(0.05)
            await send(message)
            happened.append(message["type"])

        await app(scope, receive, leave)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(slowly), base_url="http://localhost") as client:
        await client.post("/begin")
    await resources.tasks.drain(1)
    assert happened == ["http.response.start", "http.response.body", "task"]


async def test_lines_of_a_task_say_which_request_it_comes_from(
    resources: Resources, capsys: pytest.CaptureFixture[str]
) -> None:
    async def begin(tasks: TasksDep) -> None:
        tasks.enqueue(note, [], "done")

    app = create_app(resources)
    app.add_api_route("/begin", begin, methods=["POST"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        response = await client.post("/begin")
    await resources.tasks.drain(1)
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines() if "task_done" in line)
    assert line["request_id"] == response.headers["x-request-id"]
