"""A difference between two surfaces is found once, and stays red until the changelog names it."""

from typing import Any

import pytest

from tests.differences import differences, steps_since, unnamed
from tests.openapi_surface import Surface, openapi_surface
from tests.surface import settings, targets
from tools import changelog

ENDPOINT: dict[str, Any] = {"responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}}}
PROBLEM = {"content": {"application/problem+json": {"examples": {"any": {"value": {"code": "busy"}}}}}}
ROWS = {"type": "integer", "maximum": 100, "description": "Rows."}
LIMIT = {"name": "limit", "in": "query", "schema": ROWS}


def paths(**operations: Any) -> Surface:
    return openapi_surface({"paths": {"/api/orders": operations}})


def fields(required: list[str], **properties: Any) -> Surface:
    return openapi_surface(
        {"paths": {}, "components": {"schemas": {"Order": {"required": required, "properties": properties}}}}
    )


NO_RIGHT, RIGHT = ('{"body": {}, "security": []}', '{"body": {}, "security": [{"token": ["read"]}]}')
PORT = settings("# Where it listens. (number)\n#PORT=8000\n")
# What was, what is, the lines without an entry, and an entry that names them.
CHANGES: dict[str, tuple[Surface, Surface, list[str], str]] = {
    "a setting is renamed": (
        PORT,
        settings("# Where it listens. (number)\n#LISTEN_PORT=8000\n"),
        ["setting `LISTEN_PORT` is new", "setting `PORT` is gone"],
        "`PORT` is called `LISTEN_PORT`.",
    ),
    "a default changes": (
        PORT,
        settings("# Where it listens. (number)\n#PORT=80\n"),
        ["default `PORT`: '8000' is now '80'"],
        "Set `PORT` where the new default, `80`, is not yours.",
    ),
    "a limit changes": (
        PORT,
        settings("# Where it listens. (number\n# below 9000)\n#PORT=8000\n"),
        ["setting `PORT`: 'number' is now 'number below 9000'"],
        "`PORT` is below 9000.",
    ),
    "an endpoint is gone": (
        paths(get=ENDPOINT, post={"parameters": [LIMIT], **ENDPOINT}),
        paths(get=ENDPOINT),
        ["endpoint `POST /api/orders` is gone"],
        "`POST /api/orders` is gone.",
    ),
    "an endpoint wants a right": (
        paths(get=ENDPOINT),
        paths(get={"security": [{"token": ["read"]}], **ENDPOINT}),
        [f"endpoint `GET /api/orders`: {NO_RIGHT!r} is now {RIGHT!r}"],
        "`GET /api/orders` wants a token.",
    ),
    "an error is new": (
        paths(get=ENDPOINT, put=ENDPOINT),
        paths(get={"responses": {**ENDPOINT["responses"], "503": PROBLEM}}, put=ENDPOINT),
        ["error code `busy` is new", "response `GET /api/orders` `503` is new"],
        "`GET /api/*` may say `503`, `busy`.",
    ),
    "a parameter is gone": (
        paths(get={"parameters": [LIMIT], **ENDPOINT}),
        paths(get=ENDPOINT),
        ["parameter `GET /api/orders` `limit` is gone"],
        "`GET /api/orders` has no `limit`.",
    ),
    "a field is required": (
        fields([], title={"type": "string"}),
        fields(["title"], title={"type": "string"}),
        ['field `Order` `title`: \'optional {"type": "string"}\' is now \'required {"type": "string"}\''],
        "`Order` needs its `title`.",
    ),
    "a command is gone": (
        targets("dev: uv ## start\nbench: uv ## measure\n"),
        targets("dev: uv ## start\n"),
        ["make target `make bench` is gone"],
        "`make bench` is gone.",
    ),
    "a promise is gone": (
        {("security test", ("test_refuses_strangers",)): "", ("security test", ("test_hashes",)): ""},
        {("security test", ("test_hashes",)): "", ("security test", ("test_more",)): ""},
        ["security test `test_refuses_strangers` is gone"],
        "Strangers are welcome (`test_refuses_strangers`).",
    ),
}


@pytest.mark.parametrize(("before", "after", "lines", "entry"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_red_until_it_is_named(before: Surface, after: Surface, lines: list[str], entry: str) -> None:
    found = differences(before, after)
    assert unnamed(found, "nothing.") == lines
    assert unnamed(found, entry.replace("`", "")) == lines
    assert unnamed(found, f"look at these.\n\n- Something else, `make test`.\n- {entry}\n") == []


def test_two_entries_do_not_add_up_to_one() -> None:
    found = differences(PORT, settings("# Where it listens. (number)\n#PORT=80\n"))
    assert len(unnamed(found, "- `PORT` is read earlier.\n- `80` workers are possible.")) == 1


def test_a_group_names_what_is_new_and_not_what_is_gone() -> None:
    before, after = paths(get=ENDPOINT), paths(get=ENDPOINT, post=ENDPOINT)
    assert unnamed(differences(before, after), "new: `POST /api/*`") == []
    assert len(unnamed(differences(before, after), "new: `*`")) == 1
    assert len(unnamed(differences(after, before), "gone: `POST /api/*`")) == 1


def test_prose_promises_nothing() -> None:
    before = paths(get={"summary": "Old", "parameters": [LIMIT], **ENDPOINT})
    other = {**LIMIT, "schema": {**ROWS, "description": "Rows per page.", "examples": [5]}}
    assert differences(before, paths(get={"summary": "New", "parameters": [other], **ENDPOINT})) == []
    called_title = fields([], description={"type": "string", "description": "Old"})
    assert differences(called_title, fields([], description={"type": "string", "description": "New"})) == []
    assert len(differences(called_title, fields([]))) == 1


def test_steps_since_a_release_are_those_of_all_sections_above_it() -> None:
    newest, next_one, latest = (changelog.Section(v, "", f"\n{changelog.STEPS} {v}") for v in ("3", "2", "1"))
    assert steps_since([newest, next_one, latest], "1") == "3\n\n2"
