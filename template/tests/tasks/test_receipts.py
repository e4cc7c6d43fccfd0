"""`app.tasks.receipts`: once, also in a race and after a failure."""

import asyncio

import pytest

from app.core.errors import Conflict
from app.resources import Resources
from app.tasks.receipts import claim, first_time


async def test_of_many_that_ask_at_once_one_may(resources: Resources) -> None:
    answers = await asyncio.gather(*(claim(resources.database, "tick") for _ in range(8)))
    assert answers.count(True) == 1
    assert not await claim(resources.database, "tick")
    assert await claim(resources.database, "tock")


async def test_what_was_rolled_back_was_not_done(resources: Resources) -> None:
    async def fail() -> None:
        async with resources.database.transaction() as session:
            assert await first_time(session, "invoice 1")
            raise ValueError("no power")

    with pytest.raises(ValueError, match="no power"):
        await fail()
    async with resources.database.transaction() as session:
        assert await first_time(session, "invoice 1")
    async with resources.database.transaction() as session:
        assert not await first_time(session, "invoice 1")


async def test_the_slower_of_two_transactions_fails_and_then_finds_the_receipt(resources: Resources) -> None:
    done: list[str] = []

    async def pay(name: str) -> None:
        async with resources.database.transaction() as session:
            if await first_time(session, "invoice 2"):
                done.append(name)

    results = await asyncio.gather(pay("a"), pay("b"), return_exceptions=True)
    assert [result for result in results if result is not None and not isinstance(result, Conflict)] == []
    await pay("c")
    assert "c" not in done
    assert len(done) == 1
