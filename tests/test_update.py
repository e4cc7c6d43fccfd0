"""A service with edits in it takes a new version of the template, without trust and without losing a line."""

import shutil
import subprocess
from pathlib import Path

import copier
import pytest

from tests.living import IDENTITY, append, assert_no_conflict, changes, commit, git_template, update

ADDED_SETTING = "\n[*.toml]\nindent_size = 4\n"
EDIT = "\n# Written by the team.\n"


@pytest.fixture
def released(template: Path, tmp_path: Path) -> Path:
    """The template in git, with what lies here released as v0.0.1."""
    return git_template(template, tmp_path / "released", tag="v0.0.1")


@pytest.fixture
def service(released: Path, tmp_path: Path) -> Path:
    """A service of v0.0.1 in git."""
    folder = tmp_path / "service"
    copier.run_copy(str(released), folder, defaults=True, quiet=True, unsafe=False)
    commit(folder, "Begin")
    return folder


def test_keeps_edits_and_brings_the_change(released: Path, service: Path) -> None:
    append(service / ".gitignore", "/dumps/\n")
    append(service / "src/app/main.py", EDIT)
    append(service / "src/app/domains.py", EDIT)
    append(service / "README.md", EDIT)
    (service / "src/app/orders").mkdir()
    (service / "src/app/orders/__init__.py").write_text("")
    shutil.rmtree(service / "src/app/items")
    commit(service, "Work of the team")

    append(released / "template/.editorconfig", ADDED_SETTING)
    commit(released, "Change something", tag="v0.0.2")
    update(service)

    assert_no_conflict(service)
    assert changes(service) == {".copier-answers.yml": "M", ".editorconfig": "M"}
    assert ADDED_SETTING in (service / ".editorconfig").read_text(encoding="utf-8")
    assert "_commit: v0.0.2" in (service / ".copier-answers.yml").read_text(encoding="utf-8")


def test_an_edited_file_takes_a_change_elsewhere_in_it(released: Path, service: Path) -> None:
    append(service / ".editorconfig", "\n[*.sql]\nindent_size = 2\n")
    commit(service, "Work of the team")

    path = released / "template/.editorconfig"
    path.write_text("# Read by every editor.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    commit(released, "Change something", tag="v0.0.2")
    update(service)

    assert_no_conflict(service)
    text = (service / ".editorconfig").read_text(encoding="utf-8")
    assert text.startswith("# Read by every editor.\n")
    assert text.endswith("[*.sql]\nindent_size = 2\n")


def test_what_belongs_to_the_team_is_not_touched(released: Path, service: Path) -> None:
    theirs = ["README.md", "CHANGELOG.md", "src/app/domains.py", "src/app/items/service.py"]
    for name in theirs:
        path = released / "template" / name
        append(path if path.exists() else path.with_name(path.name + ".jinja"), EDIT)
    commit(released, "Change what is rendered once", tag="v0.0.2")
    update(service)

    assert_no_conflict(service)
    assert changes(service) == {".copier-answers.yml": "M"}


def test_an_update_to_the_same_version_changes_nothing(service: Path) -> None:
    update(service)
    assert changes(service) == {}


def test_a_changed_answer_arrives(service: Path, released: Path) -> None:
    update(service, license="mit", author_name="Ada Lovelace")
    assert_no_conflict(service)
    assert "Copyright (c) Ada Lovelace" in (service / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "MIT"' in (service / "pyproject.toml").read_text(encoding="utf-8")


def test_an_unknown_answer_name_is_refused_on_update(service: Path) -> None:
    with pytest.raises(ValueError, match=r'There is no question "licence"$'):
        update(service, licence="mit")
    assert changes(service) == {}


def test_the_template_may_move(released: Path, service: Path, tmp_path: Path) -> None:
    moved = released.rename(tmp_path / "moved")
    answers = service / ".copier-answers.yml"
    answers.write_text(answers.read_text(encoding="utf-8").replace(str(released), str(moved)), encoding="utf-8")
    commit(service, "The template moved")
    append(moved / "template/.editorconfig", ADDED_SETTING)
    commit(moved, "Change something", tag="v0.0.2")
    update(service)
    assert changes(service) == {".copier-answers.yml": "M", ".editorconfig": "M"}


def test_the_services_own_command_updates_it(released: Path, service: Path, clean_environment: dict[str, str]) -> None:
    append(released / "template/.editorconfig", ADDED_SETTING)
    commit(released, "Change something", tag="v0.0.2")
    environment = clean_environment | IDENTITY
    done = subprocess.run(
        ["make", "update"],
        cwd=service,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert changes(service) == {".copier-answers.yml": "M", ".editorconfig": "M"}
