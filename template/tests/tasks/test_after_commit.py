"""Tasks of a request with a transaction: after the commit only, never failing the request."""

import asyncio
from functools import partial

import httpx2
import pytest

from app.core.database import after_commit, despite_error
from app.core.errors import NotFound
from app.main import create_app
from app.resources import Resources
from app.tasks.in_process import InProcessQueue
from app.web.dependencies import SessionDep, TasksDep


async def note(_resources: Resources, seen: list[str], text: str, *, times: int = 1) -> None:
    """Do something that can be seen."""
    seen += [text] * times


async def test_a_task_starts_after_the_commit(resources: Resources) -> None:
    seen: list[str] = []
    async with resources.database.transaction() as session:
        queue = InProcessQueue(resources.tasks, partial(after_commit, session), resources)
        queue.enqueue(note, seen, "a", times=2)
        await asyncio.sleep(0.01)
        assert seen == []
    await resources.tasks.drain(1)
    assert seen == ["a", "a"]


async def test_a_task_never_starts_after_a_rollback(resources: Resources) -> None:
    seen: list[str] = []

    async def roll_back() -> None:
        async with resources.database.transaction() as session:
            InProcessQueue(resources.tasks, partial(after_commit, session), resources).enqueue(note, seen, "a")
            raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        await roll_back()
    await resources.tasks.drain(1)
    assert seen == []


async def test_what_a_request_commits_despite_its_error_starts_its_tasks(resources: Resources) -> None:
    seen: list[str] = []

    async def give_up(session: SessionDep, tasks: TasksDep) -> None:
        tasks.enqueue(note, seen, "rolled back")
        async with despite_error(session):
            tasks.enqueue(note, seen, "kept")
        raise NotFound

    app = create_app(resources)
    app.add_api_route("/give_up", give_up, methods=["POST"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        assert (await client.post("/give_up")).status_code == 404
    await resources.tasks.drain(1)
    assert seen == ["kept"]
