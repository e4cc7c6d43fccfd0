"""Keyset pages in SQL."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Select, and_, or_
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.visitors import iterate

from app.core.models import Record
from app.core.pagination import PageRequest, id_of, place_of

Row = TypeVar("Row", bound=Record)
SortColumns = Mapping[str, InstrumentedAttribute[Any]]
MYSQL_NAMES = mysql.dialect().identifier_preparer


def keyset(query: Select[Row], columns: SortColumns, request: PageRequest) -> Select[Row]:
    """Restrict a query to the page, one row longer than `limit`: that row tells whether there is a next page.

    `columns` maps the allowed sort names to columns and must hold `id`, which breaks ties. Another name may stand for
    `id`, too: UUIDv7 are in the order of time, to the millisecond, and always have an index.
    """
    column, key = columns[request.column], columns["id"]
    if request.cursor is not None:
        query = _in_order(query.where(_after(column, key, request)), column, key)
    direction = (column.desc(), key.desc()) if request.descending else (column.asc(), key.asc())
    return query.order_by(*direction).limit(request.limit + 1)


def _after(
    column: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any], request: PageRequest
) -> ColumnElement[bool]:
    if column is key:
        last = id_of(request.cursor or "")
        return key < last if request.descending else key > last
    value, last = place_of(request.cursor or "", column.type.python_type)
    # Written out instead of a row comparison, which MySQL does not answer from an index.
    if request.descending:
        return and_(column <= value, or_(column < value, key < last))
    return and_(column >= value, or_(column > value, key > last))


def _in_order(query: Select[Row], column: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any]) -> Select[Row]:
    # MariaDB takes half of the table for the rows after any cursor, and reads from the first one on; PostgreSQL and
    # SQLite know better. Only where all that is compared is in the index: another one could be worth more.
    compared = {part.name for part in iterate(query.whereclause) if isinstance(part, Column)}
    for index in column.class_.__table__.indexes:
        names = index.columns.keys()
        if names[-2:] == [column.key, key.key] and compared <= set(names):
            return query.with_hint(column.class_, f"FORCE INDEX ({MYSQL_NAMES.format_index(index)})", "mysql")
    return query
