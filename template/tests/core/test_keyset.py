"""`app.core.keyset`: pages together are the whole list."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Index, MetaData, Select, select
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped

from app.core.keyset import SortColumns, keyset
from app.core.models import Record
from app.core.pagination import PageRequest, cursor_pattern
from app.core.repository import Repository
from app.resources import Resources
from app.users.models import UserModel
from app.users.repository import SORT_COLUMNS

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["b", "a", "é", "🚲", "a'b", "b.c", "a%", "Z", "", "~"]


class NoteModel(Record):
    """A table of this file only."""

    metadata = MetaData()
    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes", "owner_id", "created_at", "id"),)

    owner_id: Mapped[UUID]
    is_done: Mapped[bool]


async def fill(resources: Resources, names: list[str], *, step: timedelta) -> None:
    """Store users in this order."""
    async with resources.database.transaction() as session:
        for number, name in enumerate(names):
            session.add(UserModel(email=name, hashed_password="", created_at=START + number * step))


async def walk(resources: Resources, sort: str, limit: int, columns: SortColumns = SORT_COLUMNS) -> list[str]:
    """Return the addresses of all pages."""
    seen: list[str] = []
    cursor = None
    async with resources.database.transaction(read_only=True) as session:
        while True:
            page = await Repository(session).page(select(UserModel), columns, PageRequest(limit, sort, cursor))
            seen += [user.email for user in page.items]
            cursor = page.next_cursor
            assert len(seen) <= len(NAMES)
            if cursor is None:
                return seen
            assert sort.endswith("id") or re.fullmatch(cursor_pattern(SORT_COLUMNS), cursor)
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


@pytest.mark.parametrize("name", ["id", "created_at"])
async def test_the_order_of_ids_is_that_of_making_by_that_name_or_another(resources: Resources, name: str) -> None:
    columns = {name: UserModel.id, "id": UserModel.id}
    # The times go backwards: they do not count.
    await fill(resources, NAMES, step=-timedelta(seconds=1))
    for sort, expected in ((name, NAMES), (f"-{name}", NAMES[::-1])):
        for limit in (1, 3, 9, 10, 11):
            assert await walk(resources, sort, limit, columns) == expected


OWN = select(NoteModel).where(NoteModel.owner_id == UUID(int=1))
CURSOR = f"created_at.5.{UUID(int=1).hex}"


@pytest.mark.parametrize(
    ("query", "cursor", "named"),
    [(OWN, CURSOR, True), (OWN, None, False), (OWN.where(NoteModel.is_done), CURSOR, False)],
)
def test_a_cursor_names_the_index_that_holds_all_that_is_compared(
    *, query: Select[NoteModel], cursor: str | None, named: bool
) -> None:
    columns = {"created_at": NoteModel.created_at, "id": NoteModel.id}
    statement = keyset(query, columns, PageRequest(50, "created_at", cursor))
    assert ("FROM notes FORCE INDEX (ix_notes)" in str(statement.compile(dialect=mysql.dialect()))) is named
    assert "FORCE" not in str(statement)
