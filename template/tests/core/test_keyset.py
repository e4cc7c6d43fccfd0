"""`app.core.keyset`: pages together are the whole list."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core.pagination import PageRequest, cursor_pattern
from app.core.repository import Repository
from app.resources import Resources
from app.users.models import UserModel
from app.users.repository import SORT_COLUMNS

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["b", "a", "é", "🚲", "a'b", "b.c", "a%", "Z", "", "~"]


async def fill(resources: Resources, names: list[str], *, step: timedelta) -> None:
    """Store users in this order."""
    async with resources.database.transaction() as session:
        for number, name in enumerate(names):
            session.add(UserModel(email=name, hashed_password="", created_at=START + number * step))


async def walk(resources: Resources, sort: str, limit: int) -> list[str]:
    """Return the addresses of all pages."""
    seen: list[str] = []
    cursor = None
    async with resources.database.transaction(read_only=True) as session:
        while True:
            page = await Repository(session).page(select(UserModel), SORT_COLUMNS, PageRequest(limit, sort, cursor))
            seen += [user.email for user in page.items]
            cursor = page.next_cursor
            assert len(seen) <= len(NAMES)
            if cursor is None:
                return seen
            assert re.fullmatch(cursor_pattern(SORT_COLUMNS), cursor)
            assert len(page.items) == limit


@pytest.mark.parametrize("sort", ["email", "-email", "created_at", "-created_at"])
async def test_pages_together_are_the_whole_list(resources: Resources, sort: str) -> None:
    await fill(resources, NAMES, step=timedelta(microseconds=1))
    expected = sorted(NAMES, key=str.encode) if "email" in sort else NAMES
    for limit in (1, 2, 3, 9, 10, 11):
        assert await walk(resources, sort, limit) == (expected[::-1] if sort.startswith("-") else expected)


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
async def test_rows_of_the_same_moment_are_told_apart(resources: Resources, sort: str) -> None:
    await fill(resources, NAMES, step=timedelta(0))
    for limit in (1, 4, 10):
        assert sorted(await walk(resources, sort, limit)) == sorted(NAMES)
