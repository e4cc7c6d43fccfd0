"""A service with edits in it takes a new version of the template, without trust and without losing a line."""

import shutil
import subprocess
from pathlib import Path

import copier
import pytest

from tests.conftest import ROOT, SOURCES

IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}
ADDED_SETTING = "\n[*.toml]\nindent_size = 4\n"
EDIT = "\n# Written by the team.\n"


@pytest.fixture(autouse=True)
def _identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copier and the tests commit; neither may depend on the settings of whoever runs them."""
    for name, value in {**IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, message: str, tag: str | None = None) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    if tag:
        git(folder, "tag", tag)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The template in git, with what lies here released as v0.0.1."""
    folder = tmp_path / "released"
    folder.mkdir()
    for name in (*SOURCES, ".gitignore"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*_cache", ".venv"))
        else:
            shutil.copy2(source, folder / name)
    commit(folder, "Release", tag="v0.0.1")
    return folder


@pytest.fixture
def service(released: Path, tmp_path: Path) -> Path:
    """A service of v0.0.1 in git."""
    folder = tmp_path / "service"
    copier.run_copy(str(released), folder, defaults=True, quiet=True, unsafe=False)
    commit(folder, "Begin")
    return folder


def update(service: Path, **answers: object) -> None:
    copier.run_update(
        service, data=answers, defaults=True, overwrite=True, skip_answered=True, quiet=True, unsafe=False
    )


def changes(service: Path) -> dict[str, str]:
    """What an update did, by path; `git status` could hide deletions beside unmerged files."""
    git(service, "add", "--all", "--intent-to-add")
    rows = git(service, "diff", "HEAD", "--no-renames", "--name-status").splitlines()
    return {path: kind for kind, path in (row.split("\t") for row in rows)}


def assert_no_conflict(service: Path) -> None:
    assert git(service, "ls-files", "--unmerged") == ""
    assert list(service.rglob("*.rej")) == []
    assert not any("<<<<<<< " in git(service, "show", f":{path}") for path in changes(service))


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
    (released / "template/migrations/versions/9999_later.py").write_text('"""Later."""\n')
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
