"""What may leave is on a list."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.sentry.scrubbing import ELSEWHERE, LONGEST_TEXT, scrub


def exception(text: str, module: str | None = None) -> dict[str, Any]:
    return {"exception": {"values": [{"type": "Failed", "value": text, "module": module}]}}


def text_of(event: dict[str, Any]) -> str:
    (found,) = scrub(event)["exception"]["values"]
    return str(found["value"])


def test_what_is_not_on_the_list_stays_here() -> None:
    frame = {"function": "crash", "vars": {"a": "b"}, "abs_path": "/opt/ada/app.py", "lineno": 7}
    event = {
        "event_id": "7",
        "message": "a",
        "logentry": {"message": "a"},
        "request": {"headers": {"a": "b"}},
        "breadcrumbs": {"values": [{"message": "a"}]},
        "contexts": {"trace": {"a": "b"}},
        "extra": {"sys.argv": ["a"]},
        "modules": {"a": "1"},
        "server_name": "host",
        "user": {"id": "1", "email": "ada@example.com", "ip_address": "192.0.2.7"},
        "tags": {"request_id": "r", "host": "h"},
        "exception": {"values": [{"type": "Failed", "stacktrace": {"frames": [frame]}, "notes": ["a"]}]},
        "threads": {"values": []},
    }
    assert scrub(event) == {
        "event_id": "7",
        "user": {"id": "1"},
        "tags": {"request_id": "r"},
        "exception": {"values": [{"type": "Failed", "stacktrace": {"frames": [{"function": "crash", "lineno": 7}]}}]},
    }


@pytest.mark.parametrize(
    "text",
    [
        "token=canary",
        "Authorization: Bearer canary",
        "cannot reach postgresql://service:canary@localhost/service",
        "1 validation error for User\nname\n  too short [type=string_too_short, input_value='canary', input_type=str]",
        "x" * LONGEST_TEXT + "canary",
    ],
)
def test_the_text_of_an_exception_loses_the_values(text: str) -> None:
    assert "canary" not in text_of(exception(text))


def test_the_text_of_an_exception_says_what_happened() -> None:
    assert text_of(exception("no power\nat all")) == "no power"
    assert text_of(exception("no power", module="app.items.errors")) == "no power"


@pytest.mark.parametrize("module", ["sqlalchemy.exc", "asyncpg.exceptions", "pydantic_core._pydantic_core", "apples"])
def test_the_text_of_a_library_stays_here(module: str) -> None:
    assert text_of(exception("invalid input for query argument $1: 'canary'", module=module)) == ELSEWHERE


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(below)


def test_every_text_loses_what_looks_like_a_credential() -> None:
    text = "password=canary"
    frame = {"filename": text, "function": text, "module": text, "context_line": text, "pre_context": [text]}
    values = [{"type": text, "value": text, "stacktrace": {"frames": [frame]}}]
    event = {"transaction": text, "tags": {"task": text, "request_id": text}, "exception": {"values": values}}
    assert set(texts(scrub(event))) == {"password=[redacted]"}


@pytest.mark.parametrize("event", [{}, {"exception": None}, {"exception": "text", "tags": ["a"], "user": "a"}])
def test_what_has_another_shape_becomes_nothing(event: dict[str, Any]) -> None:
    assert list(texts(scrub(event))) == []
