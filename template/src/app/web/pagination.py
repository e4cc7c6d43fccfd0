"""Query parameters that all lists share; each domain adds its own `sort`."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query

from app.core.pagination import SortColumn, cursor_pattern

LimitQuery = Annotated[int, Query(ge=1, le=100, description="Rows per page.", examples=[50])]
DEFAULT_LIMIT = 50


def cursor_query(columns: Mapping[str, SortColumn]) -> Any:
    """Return the description of `cursor` for a list with these sort columns."""
    return Query(
        pattern=cursor_pattern(columns),
        description="`next_cursor` of the page before, whose order it keeps; leave it out for the first page.",
        examples=["-created_at.1795424400000000.0197a3a26d2c7b6e9a530f4f6e1b7c11"],
    )
