"""What `make resource` refuses: in one line, with nothing written, whatever goes wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.resource.__main__ import main
from tools.resource.project import find_head
from tools.tests.resource.project import FIELDS, NOTES, copy, tree


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy in which everything is refused."""
    return copy(tmp_path_factory.mktemp("untouched"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "has no name"),
        (["users", "a:str"], "'users' is reserved"),
        (["statistics", "a:str"], "'statistics' is reserved"),
        (["items", "a:str"], "'items' is reserved"),
        (["domains", "a:str"], "src/app/domains.py exists"),
        (["refresh_tokens", "a:str"], "'refresh_tokens' exists"),
        (["pages", "a:str"], "Page exists in src/app/core/pagination.py"),
        (["roles", "a:str"], "Role exists in src/app/users/models.py"),
        (["queries", "a:str"], "'Query' would mean two things in src/app/queries/router.py"),
        (["statuses", "a:str"], "'status' would mean two things"),
        (["actors", "a:str"], "'actor' would mean two things"),
        (["note", "a:str"], "'note' is not a plural"),
        (["bus", "a:str"], "'bus' is not a plural"),
        (["notes:notes", "a:str"], "'notes' is not a plural"),
        (["notes:class", "a:str"], "'class' means something else in Python"),
        (["Notes", "a:str"], "not in snake_case"),
        (["../notes", "a:str"], "not in snake_case"),
        (["notes_", "a:str"], "not in snake_case"),
        (["nötes", "a:str"], "not in snake_case"),
        ([f"{'n' * 30}s", "a:str"], "more than 30 characters"),
        ([NOTES, ""], "There are no fields"),
        ([NOTES, "a"], "'a' is not of the form"),
        ([NOTES, "a:"], "'a:' is not of the form"),
        ([NOTES, "a:str:index"], "'a:str:index' is not of the form"),
        ([NOTES, "a:float"], "unknown type; there are: str, text, int,"),
        ([NOTES, "a:str a:int"], "'a' is there twice"),
        ([NOTES, "a:ref:sample_b a_id:uuid"], "'a_id' is there twice"),
        ([NOTES, "a:ref"], "'a:ref' names no domain"),
        ([NOTES, "a:str:b"], "is not of the form"),
        ([NOTES, "a:ref:nowhere"], "There is no domain 'nowhere'"),
        ([NOTES, "a:ref:users"], "There is no domain 'users'"),
        ([NOTES, "a:ref:../items"], "There is no domain '../items'"),
        ([NOTES, f"a:ref:{NOTES}"], f"There is no domain '{NOTES}'"),
        ([NOTES, "a:text:unique"], "cannot be unique"),
        ([NOTES, "a:bool:unique"], "cannot be unique"),
        ([NOTES, "A:str"], "not in snake_case"),
        ([NOTES, "a?:str"], "not in snake_case"),
        ([NOTES, f"{'a' * 31}:str"], "more than 30 characters"),
        ([NOTES, "class:str"], "'class' means something else in Python"),
        ([NOTES, "match:str"], "'match' means something else in Python"),
        ([NOTES, "type:str"], "'type' means something else in Python"),
        ([NOTES, "date:date"], "say which one"),
        ([NOTES, "mapped_column:str"], "'mapped_column' would mean two things"),
        *(
            ([NOTES, f"{name}:str"], f"'{name}' is reserved")
            for name in (
                "id", "created_at", "updated_at", "owner_id", "metadata", "registry", "model_name", "copy", "json",
                "schema", "validate",
            )
        ),
    ],
)  # fmt: skip
def test_refuses_in_one_line(untouched: Path, refused: Callable[..., str], arguments: list[str], reason: str) -> None:
    assert reason in refused(untouched, *arguments)


def test_refuses_what_is_there(project: Path, refused: Callable[..., str]) -> None:
    assert main([NOTES, FIELDS], project) == 0

    assert refused(project, NOTES, FIELDS) == f"src/app/{NOTES} exists.\n"
    shutil.rmtree(project / "src" / "app" / NOTES)
    assert refused(project, NOTES, FIELDS) == f"tests/{NOTES} exists.\n"


def test_refuses_two_heads(project: Path, refused: Callable[..., str]) -> None:
    head = find_head(project)
    for name in ("one", "other"):
        text = f'revision = "{name}"\ndown_revision = "{head}"\nbranch_labels = None\ndepends_on = None\n'
        (project / "migrations" / "versions" / f"{name}.py").write_text(text)

    assert refused(project, NOTES, FIELDS) == "The migrations have 2 heads (one, other); they need exactly one.\n"


def test_refuses_what_the_linter_refuses(project: Path, refused: Callable[..., str]) -> None:
    template = project / "tools" / "resource" / "templates" / "package" / "errors.py.j2"
    template.write_text(template.read_text() + "\nassert unknown\n")

    assert f"The linter objects: src/app/{NOTES}/errors.py" in refused(project, NOTES, FIELDS)


@pytest.mark.parametrize(("step", "kind"), [(0, OSError), (2, KeyboardInterrupt), (3, OSError), (4, OSError)])
def test_a_failure_half_way_leaves_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, step: int, kind: type[BaseException]
) -> None:
    moves = iter(range(100))

    def failing(move: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def moved(source: Path, target: Path) -> Path:
            if next(moves) == step:
                raise kind("No space left on device")
            return move(source, target)

        return moved

    before = tree(project)
    monkeypatch.setattr(Path, "rename", failing(Path.rename))
    monkeypatch.setattr(Path, "replace", failing(Path.replace))
    with pytest.raises(kind):
        main([NOTES, FIELDS], project)

    assert tree(project) == before
    assert not (project / "src" / "app" / NOTES).exists()
    assert next(moves) == step + 1
