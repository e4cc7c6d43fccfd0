"""Query parameters that all lists share; each domain adds its own `sort`."""

from typing import Annotated

from fastapi import Query

from app.core.schemas import Text

LimitQuery = Annotated[int, Query(ge=1, le=100, description="Rows per page.", examples=[50])]
CursorQuery = Annotated[
    Text | None,
    Query(
        max_length=2000,
        description="`next_cursor` of the page before; leave it out for the first page.",
        examples=["WyItY3JlYXRlZF9hdCIsIjIwMjYtMTEtMjNUMDk6MDA6MDArMDA6MDAiXQ"],
    ),
]
DEFAULT_LIMIT = 50
