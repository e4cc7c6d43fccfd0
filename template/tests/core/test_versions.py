"""`app.core.versions`: the tags of what is read and changed."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import PreconditionFailed
from app.core.versions import require_match, tag_of

NOW = datetime(2026, 11, 27, 12, 0, 0, 1, tzinfo=UTC)


def test_a_tag_is_quoted_and_of_one_microsecond() -> None:
    assert tag_of(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == '"f4240"'
    assert tag_of(NOW) != tag_of(NOW + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("if_match", "matches"),
    [
        (None, True),
        (tag_of(NOW), True),
        (f'"other", {tag_of(NOW)}', True),
        (f"W/{tag_of(NOW)}", False),
        ('"other"', False),
        (tag_of(NOW).strip('"'), False),
        ("", False),
    ],
)
def test_only_the_tag_of_this_version_matches(*, if_match: str | None, matches: bool) -> None:
    with nullcontext() if matches else pytest.raises(PreconditionFailed):
        require_match(if_match, NOW)
