"""The headers in which a client sends back which version it has read."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import AfterValidator

from app.core.versions import tag_of
from app.web.locations import CREATED


def _named(if_match: str | None) -> str | None:
    # Any version will do, as without the header.
    return None if if_match == "*" else if_match


IfMatchHeader = Annotated[
    str | None,
    AfterValidator(_named),
    Header(
        description="The `ETag` that was read: once somebody has changed it, the answer is 412. `*` takes any version.",
        examples=["*"],
    ),
]
ETAG: dict[str, Any] = {"description": "Version, for `If-Match`.", "schema": {"type": "string"}}

#: `responses=TAGGED | problems(...)` beside `tag(response, ...)`, for what is read or changed, and for what is made.
TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": {"ETag": ETAG}}}
CREATED_TAGGED: dict[int | str, dict[str, Any]] = {201: {"headers": CREATED[201]["headers"] | {"ETag": ETAG}}}


def tag(response: Response, updated_at: datetime) -> None:
    """Tell the client which version of a row this is."""
    response.headers["ETag"] = tag_of(updated_at)
