"""What a service feels of an update is named in CHANGELOG.md: settings, endpoints, commands, errors, promises."""

from collections.abc import Callable
from pathlib import Path

import copier

from tests.combinations import DEFAULT, Answers
from tests.conftest import ROOT
from tests.differences import differences, steps_since, unnamed
from tests.releases import RELEASES, release_repository, with_head
from tests.surface import codes, promises, surfaces_of
from tools import changelog

# One of each kind, from what we promise: a reader that finds nothing would find no difference either.
PROMISED = {
    ("setting", ("PORT",)): "whole number 1 to 65535",
    ("default", ("PORT",)): "8000",
    ("default", ("ENVIRONMENT",)): "production",
    ("make target", ("make dev",)): "",
    ("command", ("app serve",)): "",
    ("error code", ("user-not-found",)): "",
    ("error code", ("validation-error",)): "",
    ("error", ("GET /api/v1/users/{user_id}", "user-not-found")): "404",
    ("security test", ("test_every_route_is_public_by_name_or_refuses_a_stranger",)): "",
}
PRESENT = [
    ("option", ("app create-admin", "--email")),
    ("endpoint", ("GET /health/live",)),
    ("endpoint", ("POST /api/v1/users",)),
    ("parameter", ("GET /api/v1/items", "limit")),
    ("response", ("POST /api/v1/items", "201")),
    ("schema", ("UserCreate",)),
    ("field", ("User", "email")),
]


def test_what_differs_from_the_latest_release_is_named(
    project: Callable[[Answers], Path], clean_environment: dict[str, str], tmp_path: Path
) -> None:
    """Before the first release the present is read twice: the reader must not find what is not there."""
    template, then = release_repository(tmp_path / "template"), tmp_path / "then"
    tag = f"v{RELEASES[-1]}" if RELEASES else with_head(template)
    copier.run_copy(str(template), then, vcs_ref=tag, data=DEFAULT, defaults=True, quiet=True, unsafe=False)
    before, after = surfaces_of([then, project(DEFAULT)], clean_environment)
    assert {part: after.get(part) for part in PROMISED} == PROMISED
    assert [part for part in PRESENT if part not in after] == []
    steps = steps_since(changelog.sections(ROOT), RELEASES[-1]) if RELEASES else ""
    missing = unnamed(differences(before, after), steps)
    assert missing == [], "CHANGELOG.md does not name under **After the update:**\n" + "\n".join(missing)


def test_codes_and_promises_are_read_from_the_code(tmp_path: Path) -> None:
    source = "class A:\n    code = 'a'\nclass B:\n    code: str = 'b'\ncode = 'c'\nclass D:\n    code = A.code\n"
    (tmp_path / "errors.py").write_text(source)
    assert set(codes(tmp_path / "errors.py")) == {"a", "b"}
    (tmp_path / "test_x.py").write_text(
        "async def test_a(): ...\nclass T:\n    def test_b(self): ...\ndef other(): ...\n"
    )
    assert set(promises(tmp_path)) == {"test_a", "test_b"}
