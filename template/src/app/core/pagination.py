"""Keyset pages: as fast on the millionth row as on the first, and stable while rows are added."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import Invalid
from app.core.models import Record, UtcDateTime

Row = TypeVar("Row", bound=Record)
SortColumns = Mapping[str, InstrumentedAttribute[Any]]


class InvalidCursor(Invalid):
    """The cursor was not made by this service for this sort order."""

    code = "invalid-cursor"
    detail = "The cursor is not valid for this query; start again without it"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: `limit` rows in the order `sort` (a column's name, `-` in front for descending) after `cursor`."""

    limit: int
    sort: str
    cursor: str | None = None

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


def keyset(query: Select[Row], columns: SortColumns, request: PageRequest) -> Select[Row]:
    """Restrict a query to the page, one row longer than `limit`: that row tells whether there is a next page.

    `columns` maps the allowed sort names to columns and must hold `id`, which breaks ties.

    Raises:
        InvalidCursor: when the cursor does not fit the order.

    """
    column, key = columns[request.column], columns["id"]
    if request.cursor is not None:
        query = query.where(_after(column, key, request))
    direction = (column.desc(), key.desc()) if request.descending else (column.asc(), key.asc())
    return query.order_by(*direction).limit(request.limit + 1)


def page_of(rows: list[Row], request: PageRequest) -> Page[Row]:
    """Cut the extra row off and make the cursor of the next page from the last row that stays."""
    if len(rows) <= request.limit:
        return Page(rows, None)
    rows = rows[: request.limit]
    last = rows[-1]
    value = getattr(last, request.column)
    plain = value.isoformat() if isinstance(value, datetime) else str(value)
    payload = json.dumps([request.sort, plain, str(last.id)], separators=(",", ":"))
    return Page(rows, base64.urlsafe_b64encode(payload.encode()).decode().rstrip("="))


def _after(
    column: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any], request: PageRequest
) -> ColumnElement[bool]:
    value, identity = _decode(column, request)
    # Written out instead of a row comparison, which MySQL does not answer from an index.
    if request.descending:
        return and_(column <= value, or_(column < value, key < identity))
    return and_(column >= value, or_(column > value, key > identity))


def _decode(column: InstrumentedAttribute[Any], request: PageRequest) -> tuple[datetime | str, UUID]:
    cursor = request.cursor or ""
    try:
        payload = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        sort, value, identity = json.loads(payload)
        if sort != request.sort or not isinstance(value, str):
            raise InvalidCursor
        if isinstance(column.type, UtcDateTime):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise InvalidCursor
            return moment.astimezone(UTC), UUID(identity)
        value.encode()
        if "\x00" in value:
            raise InvalidCursor
        return value, UUID(identity)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error) as error:
        raise InvalidCursor from error
