"""Versions of what is read and changed, as `ETag` and `If-Match` name them (RFC 9110, 8.8.3 and 13.1.1)."""

import re
from datetime import UTC, datetime, timedelta

from app.core.errors import PreconditionFailed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')


def tag_of(updated_at: datetime) -> str:
    """Return the strong tag of a row: the microseconds from 1970 to its last change."""
    return f'"{(updated_at - EPOCH) // timedelta(microseconds=1):x}"'


def require_match(if_match: str | None, updated_at: datetime) -> None:
    """Refuse to change a row that is not the one which the caller has read, if the caller says which.

    Raises:
        PreconditionFailed: when it has changed since then.

    """
    if if_match is None:
        return
    # Compared strongly: a weak tag is none of ours.
    if tag_of(updated_at) not in [tag for weak, tag in TAG.findall(if_match) if not weak]:
        raise PreconditionFailed
