"""What `make resource` writes: a whole domain, and three lines into what exists."""

from collections.abc import Callable
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from app.users.schemas import UserBase
from tools.resource.__main__ import main
from tools.resource.kinds import KINDS
from tools.resource.project import find_head
from tools.tests.resource.project import FIELDS, NOTES, OWNERS, ruff, tree

EVERYTHING = [
    *(f"{kind}_field:{kind}" for kind in KINDS if kind != "ref"),
    *(f"{kind}_option:{kind}?" for kind in KINDS if kind != "ref"),
    *(f"{name}_unique:{name}?:unique" for name, kind in KINDS.items() if kind.distinct and name != "ref"),
    "text:text", "amount:decimal", "license_key:str", "first:ref:" + OWNERS, "second_id:ref:" + OWNERS + "?:unique",
]  # fmt: skip
ADDRESSES = [
    " Ada@Example.com",
    "ada@",
    # Grows when it is folded.
    "\N{GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS}" * 100 + "@example.com",
    # Folds to somebody else's.
    "stra\N{LATIN SMALL LETTER SHARP S}e@example.com",
    "Ada <ada@example.com>",
    "a" * 65 + "@example.com",
    "a" * 250 + "@example.com",
]


def test_adds_files_and_three_lines(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, head = tree(project), find_head(project)

    assert main([NOTES, FIELDS], project) == 0

    after = tree(project)
    added = sorted(after.keys() - before.keys())
    migration = next(name for name in added if name.startswith("migrations/versions/"))
    parts = ("__init__", "dependencies", "errors", "models", "repository", "router", "schemas", "service")
    tests = [f"tests/{NOTES}/factories.py", f"tests/{NOTES}/test_{NOTES}.py"]
    assert added == sorted([migration, *(f"src/app/{NOTES}/{part}.py" for part in parts), *tests])
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {"src/app/domains.py", "pyproject.toml"}
    new = {name: set(after[name].splitlines()) - set(before[name].splitlines()) for name in changed}
    assert new["pyproject.toml"] == {f'    "{NOTES}",'.encode()}
    assert new["src/app/domains.py"] == {
        f"from app.{NOTES}.router import router as {NOTES}".encode(),
        f'    Domain({NOTES}, scope="sample-notes"),'.encode(),
    }
    assert all(set(before[name].splitlines()) <= set(after[name].splitlines()) for name in changed)
    assert f'down_revision = "{head}"' in after[migration].decode()
    assert find_head(project) in migration
    assert ruff(project) == ""
    assert [line for line in capsys.readouterr().out.splitlines() if line in added] == added


def test_knows_every_kind_of_field_alone_and_together(project: Path) -> None:
    assert main([OWNERS, "name:str"], project) == 0
    assert main([NOTES, " ".join(EVERYTHING)], project) == 0
    assert main(["sample_flags", "on:bool"], project) == 0
    assert main(["sample_options", f"of:ref:{OWNERS}?"], project) == 0

    assert ruff(project) == ""


def test_the_longest_names_fit(project: Path) -> None:
    long, other = f"{'long_' * 5}names", f"{'more_' * 5}names"
    fields = [f"{letter * 30}:{kind}:unique" for letter, kind in zip("abc", ("str", "decimal", "uuid"), strict=True)]
    assert main([other, fields[0]], project) == 0
    assert main([long, f"{' '.join(fields)} {'d' * 27}:ref:{other} {'e' * 27}:ref:{other}?"], project) == 0

    assert ruff(project) == ""


def test_a_reference_to_a_domain_without_a_factory_takes_the_examples_of_its_schema(
    project: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(project / "src")])
    monkeypatch.setattr("app.__path__", [str(project / "src" / "app")])
    assert main([OWNERS, "name:str age:int?"], project) == 0
    assert main(["sample_middles", f"boss:ref:{OWNERS}"], project) == 0
    for name in (OWNERS, "sample_middles"):
        (project / "tests" / name / "factories.py").unlink()

    assert main([NOTES, f"boss:ref:{OWNERS}"], project) == 0
    factories = (project / "tests" / NOTES / "factories.py").read_text()
    assert 'post("/api/v1/sample-owners", json={"name": "Example"})' in factories
    assert "needs make_sample_middle in its tests' factories.py" in refused(
        project, "sample_tops", "it:ref:sample_middles"
    )


def test_an_address_is_accepted_refused_and_stored_like_that_of_a_user(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.__path__", [str(project / "src" / "app")])
    assert main(["sample_letters", "email:email reply_to:email?"], project) == 0
    letter: type[BaseModel] = import_module("app.sample_letters.schemas").SampleLetterCreate

    known = {"email": "ada@example.com", "reply_to": None}
    for address, name in product(ADDRESSES, known):
        assert judged(letter, name, **known | {name: address}) == judged(UserBase, "email", email=address)
    shown, users = (schema.model_json_schema()["properties"]["email"] for schema in (letter, UserBase))
    assert shown == users | {"description": "Email."}


def judged(schema: type[BaseModel], field: str, **body: str | None) -> object:
    """Return what becomes of a field, or the message that refuses it."""
    try:
        return getattr(schema.model_validate(body), field)
    except ValidationError as refusal:
        return [error["msg"] for error in refusal.errors()]


def test_the_templates_are_the_teams(project: Path) -> None:
    folder = project / "tools" / "resource" / "templates"
    (folder / "tests" / "test_NAME_extra.py.j2").write_text('"""Of {{ name.many }}."""\n')
    assert main([NOTES, FIELDS], project) == 0

    extra = project / "tests" / NOTES / f"test_{NOTES}_extra.py"
    assert extra.read_text() == '"""Of sample notes."""\n'
