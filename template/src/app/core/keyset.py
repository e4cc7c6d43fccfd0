"""Keyset pages in SQL."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.core.models import Record
from app.core.pagination import PageRequest, place_of

Row = TypeVar("Row", bound=Record)
SortColumns = Mapping[str, InstrumentedAttribute[Any]]


def keyset(query: Select[Row], columns: SortColumns, request: PageRequest) -> Select[Row]:
    """Restrict a query to the page, one row longer than `limit`: that row tells whether there is a next page.

    `columns` maps the allowed sort names to columns and must hold `id`, which breaks ties.
    """
    column, key = columns[request.column], columns["id"]
    if request.cursor is not None:
        query = query.where(_after(column, key, request))
    direction = (column.desc(), key.desc()) if request.descending else (column.asc(), key.asc())
    return query.order_by(*direction).limit(request.limit + 1)


def _after(
    column: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any], request: PageRequest
) -> ColumnElement[bool]:
    value, last = place_of(request.cursor or "", column.type.python_type)
    # Written out instead of a row comparison, which MySQL does not answer from an index.
    if request.descending:
        return and_(column <= value, or_(column < value, key < last))
    return and_(column >= value, or_(column > value, key > last))
