"""Keyset pages: as fast on the millionth row as on the first, and stable while rows are added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID


class ColumnType(Protocol):
    """The type of a column."""

    @property
    def python_type(self) -> type:
        """The type of its values: `datetime` or `str`."""


class SortColumn(Protocol):
    """What a list can be sorted by, such as a column of a table."""

    @property
    def type(self) -> ColumnType:
        """The type of the column."""


#: Has the columns that its list can be sorted by, and an `id`.
Row = TypeVar("Row")


#: How the value of a sort column stands in a cursor: a time as microseconds since 1970, a text as UTF-8 in hexadecimal
#: (254 characters at most). Everything that matches is accepted, so that clients can check cursors by the schema.
ENCODINGS: dict[type, str] = {datetime: "[0-9]{1,17}", str: "(?:[0-9a-f]{2}){0,1016}"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: `limit` rows in the order `sort` (a column's name, `-` in front for descending) after `cursor`.

    A cursor belongs to one order, and that order counts.
    """

    limit: int
    sort: str
    cursor: str | None = None

    def __post_init__(self) -> None:
        if self.cursor is not None:
            object.__setattr__(self, "sort", self.cursor.partition(".")[0])

    @property
    def column(self) -> str:
        """The name of the column to sort by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the largest value comes first."""
        return self.sort.startswith("-")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page; None when these were the last."""

    items: list[Row]
    next_cursor: str | None


class Place(NamedTuple):
    """Where a page begins: after the row with this value and id."""

    value: datetime | str
    id: UUID


def place_of(cursor: str, kind: type) -> Place:
    """Read a cursor that matches `cursor_pattern`."""
    _, text, _ = cursor.split(".")
    return Place(_decode(text, kind), id_of(cursor))


def id_of(cursor: str) -> UUID:
    """Read the id of the last row that was shown, which is all that counts in the order of ids."""
    return UUID(cursor.rpartition(".")[2])


def cursor_pattern(columns: Mapping[str, SortColumn]) -> str:
    """Return the regular expression of valid cursors: `<sort>.<value>.<id>`."""
    sorts = (f"{name}\\.{ENCODINGS[column.type.python_type]}" for name, column in columns.items() if name != "id")
    return f"^-?(?:{'|'.join(sorts)})\\.[0-9a-f]{{32}}$"


def page_of(rows: list[Row], request: PageRequest) -> Page[Row]:
    """Cut the extra row off and make the cursor of the next page from the last row that stays."""
    if len(rows) <= request.limit:
        return Page(rows, None)
    rows = rows[: request.limit]
    last: Any = rows[-1]
    value = _encode(getattr(last, request.column))
    return Page(rows, f"{request.sort}.{value}.{last.id.hex}")


def _encode(value: datetime | str | UUID) -> str:
    if isinstance(value, UUID):
        return value.hex
    return str((value - EPOCH) // MICROSECOND) if isinstance(value, datetime) else value.encode().hex()


def _decode(text: str, kind: type) -> datetime | str:
    if kind is datetime:
        return EPOCH + int(text) * MICROSECOND
    # A cursor made by hand may hold what no text holds; it still means a place in the order.
    return bytes.fromhex(text).decode(errors="replace").replace("\x00", "")
