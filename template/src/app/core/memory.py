"""Rows in the memory of the process, for repositories until there is a database. They end with the process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from app.core.clock import utc_now, uuid7
from app.core.errors import NotFound
from app.core.pagination import Page, PageRequest, page_of, place_of


@dataclass(kw_only=True)
class Record:
    """A row with an identity: a UUIDv7 (sortable by creation) and the times of its creation and last change."""

    id: UUID = field(default_factory=uuid7)
    owner_id: UUID
    created_at: datetime = field(default_factory=utc_now)
    updated_at: datetime = field(default_factory=utc_now)


Row = TypeVar("Row", bound=Record)


class Memory:
    """All rows of the process, by their kind."""

    def __init__(self) -> None:
        self._tables: dict[type[Record], dict[UUID, Any]] = {}

    def table(self, kind: type[Row]) -> dict[UUID, Row]:
        """Return the rows of a kind by their id."""
        return self._tables.setdefault(kind, {})


@dataclass(frozen=True, slots=True)
class SortedBy:
    """What a list can be sorted by; looks like a column to `app.core.pagination`."""

    python_type: type

    @property
    def type(self) -> "SortedBy":
        """Itself: it knows the type of its values."""
        return self


SORTED_BY_TIME, SORTED_BY_TEXT = SortedBy(datetime), SortedBy(str)


class Repository(Generic[Row]):
    """Named queries over the rows of one kind."""

    def __init__(self, rows: dict[UUID, Row]) -> None:
        self.rows = rows

    def add(self, row: Row) -> Row:
        """Keep a row."""
        self.rows[row.id] = row
        return row

    async def change(self, row: Row, values: Mapping[str, object], *, gone: type[NotFound] = NotFound) -> Row:
        """Set some fields of a row that was read.

        Raises:
            NotFound: of the kind `gone`, when somebody deleted the row since it was read.

        """
        if row.id not in self.rows:
            raise gone
        if values:
            vars(row).update(values, updated_at=utc_now())
        return row

    async def change_version(self, row: Row, values: Mapping[str, object]) -> Row:
        """Set some fields of a row, if nobody has changed or deleted it since it was read: nobody can, in between."""
        return await self.change(row, values)

    def page(self, rows: Iterable[Row], columns: Mapping[str, SortedBy], request: PageRequest) -> Page[Row]:
        """Return one page of rows, in the order that is asked for; ids tell rows of the same value apart."""

        def place(row: Row) -> tuple[Any, UUID]:
            return getattr(row, request.column), row.id

        ordered = sorted(rows, key=place, reverse=request.descending)
        if request.cursor is not None:
            last = place_of(request.cursor, columns[request.column].python_type)
            ordered = [row for row in ordered if (place(row) < last if request.descending else place(row) > last)]
        return page_of(ordered[: request.limit + 1], request)
