"""`app.core.pagination`: cursors."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.core.clock import uuid7
from app.core.pagination import PageRequest, Place, cursor_pattern, page_of, place_of

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Column:
    """What pages are sorted by."""

    python_type: type

    @property
    def type(self) -> "Column":
        """Itself."""
        return self


@dataclass
class Row:
    """A row with two columns."""

    email: str = "a.b-ä🚲"
    created_at: datetime = START
    id: UUID = field(default_factory=uuid7)


COLUMNS = {"created_at": Column(datetime), "email": Column(str), "id": Column(UUID)}


@pytest.mark.parametrize(
    "moment", [START, datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
)
def test_a_cursor_keeps_the_microsecond(moment: datetime) -> None:
    row = Row(created_at=moment)
    cursor = page_of([row, row], PageRequest(1, "created_at")).next_cursor
    assert cursor is not None
    assert place_of(cursor, datetime) == Place(moment, row.id)


def test_a_cursor_keeps_every_text() -> None:
    row = Row()
    cursor = page_of([row, row], PageRequest(1, "email")).next_cursor
    assert cursor is not None
    assert place_of(cursor, str) == Place(row.email, row.id)


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "email", "-email"])
def test_a_cursor_matches_its_pattern_and_keeps_its_order(sort: str) -> None:
    cursor = page_of([Row(), Row()], PageRequest(1, sort)).next_cursor
    assert cursor is not None
    assert re.fullmatch(cursor_pattern(COLUMNS), cursor)
    assert PageRequest(1, "other", cursor).sort == sort


def test_the_last_page_has_no_cursor() -> None:
    assert page_of([], PageRequest(1, "email")).next_cursor is None
