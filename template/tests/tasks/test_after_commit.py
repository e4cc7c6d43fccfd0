"""Tasks of a request with a transaction: after the commit only, never failing the request."""

import asyncio
from functools import partial

import pytest

from app.core.database import after_commit
from app.resources import Resources
from app.tasks.in_process import InProcessQueue


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
