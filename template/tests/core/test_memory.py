"""`app.core.memory`: rows of the process."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.core.errors import NotFound
from app.core.memory import SORTED_BY_TEXT, SORTED_BY_TIME, Memory, Record, Repository
from app.core.pagination import PageRequest

OWNER = UUID(int=7)
START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = {"created_at": SORTED_BY_TIME, "name": SORTED_BY_TEXT}


@dataclass(kw_only=True)
class Note(Record):
    """A row of these tests."""

    name: str


@pytest.fixture
def notes() -> Repository[Note]:
    """Return a repository without rows."""
    return Repository(Memory().table(Note))


def fill(notes: Repository[Note], names: list[str], *, step: timedelta = timedelta(seconds=1)) -> None:
    for number, name in enumerate(names):
        notes.add(Note(owner_id=OWNER, name=name, created_at=START + number * step))


def walk(notes: Repository[Note], sort: str, limit: int) -> list[str]:
    """Return the names of all pages."""
    seen: list[str] = []
    cursor = None
    while True:
        page = notes.page(notes.rows.values(), COLUMNS, PageRequest(limit, sort, cursor))
        seen += [note.name for note in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen
        assert len(page.items) == limit


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_together_are_the_whole_list(notes: Repository[Note], limit: int) -> None:
    names = ["b", "a", "é", "🚲"]
    fill(notes, names)
    assert walk(notes, "created_at", limit) == names
    assert walk(notes, "-created_at", limit) == names[::-1]
    assert walk(notes, "name", limit) == sorted(names)
    assert walk(notes, "-name", limit) == sorted(names)[::-1]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "name", "-name"])
def test_rows_of_the_same_value_are_told_apart(notes: Repository[Note], sort: str) -> None:
    fill(notes, ["same"] * 5, step=timedelta(0))
    assert len(walk(notes, sort, 2)) == 5


async def test_a_change_sets_what_is_named_and_the_time(notes: Repository[Note]) -> None:
    note = notes.add(Note(owner_id=OWNER, name="a", created_at=START, updated_at=START))
    assert (await notes.change(note, {})).updated_at == START
    changed = await notes.change(note, {"name": "b"})
    assert (changed.name, changed.created_at) == ("b", START)
    assert changed.updated_at > START


async def test_what_was_deleted_meanwhile_is_gone(notes: Repository[Note]) -> None:
    note = notes.add(Note(owner_id=OWNER, name="a"))
    del notes.rows[note.id]
    with pytest.raises(NotFound):
        await notes.change(note, {"name": "b"})


def test_each_kind_has_its_own_rows() -> None:
    memory = Memory()
    fill(Repository(memory.table(Note)), ["a"])
    assert [note.name for note in memory.table(Note).values()] == ["a"]
    assert not memory.table(Record)
    assert not Memory().table(Note)
