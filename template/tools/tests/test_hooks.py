"""Git's hooks run `make lint` and `make check`, and what those refuse is neither committed nor pushed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.tests.conftest import IDENTITY
from tools.tests.playing_copier import git
from tools.tests.playing_uv import make

ROOT = Path(__file__).resolve().parents[2]
#: Writes down what it is asked, is `prek` where that is asked, and fails at the commands of one name.
UV = """#!/bin/sh
test "$1" = --version && echo "uv 99.0.0" && exit
echo "$*" >> "{record}"
case "$*" in
"run prek "*) shift 2; exec "{prek}" "$@" ;;
*"$FAILS"*) echo "found: $*"; exit 1 ;;
esac
"""


@pytest.fixture
def record(folder: Path) -> Path:
    """Return the file that says what uv was asked to run."""
    return folder.parent / "record"


@pytest.fixture
def repository(folder: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with the hooks, a place to push to, and something to commit."""
    for name, value in {**IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PREK_HOME", str(folder.parent / "prek"))
    monkeypatch.setenv("FAILS", "nothing")
    prek = Path(sys.executable).with_name("prek")
    (folder.parent / "bin" / "uv").write_text(UV.format(record=record, prek=prek))
    shutil.copy(ROOT / ".pre-commit-config.yaml", folder)
    git(folder.parent, "init", "--quiet", "--bare", "origin.git")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", str(folder.parent / "origin.git"))
    done = make(folder, "--silent", "hooks")
    assert done.returncode == 0, done.stderr
    git(folder, "add", ".")
    return folder


def asked_by(record: Path, folder: Path, command: str) -> list[str]:
    """Return what a command of the Makefile asks uv for."""
    record.unlink(missing_ok=True)
    assert make(folder, command).returncode == 0
    return record.read_text().splitlines()


def test_a_commit_runs_what_lint_runs_and_a_push_what_check_runs(repository: Path, record: Path) -> None:
    lint, check = (asked_by(record, repository, command) for command in ("lint", "check"))
    assert 3 < len(lint) < len(check)
    assert check[: len(lint)] == lint

    record.unlink()
    git(repository, "commit", "--quiet", "--message", "Begin")
    assert record.read_text().splitlines() == lint

    record.unlink()
    git(repository, "push", "--quiet", "origin", "main")
    assert record.read_text().splitlines() == check


def test_what_they_refuse_goes_nowhere_and_they_say_why(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILS", "mypy")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        git(repository, "commit", "--message", "Begin")
    assert "found: run mypy" in refused.value.stderr
    assert git(repository, "log", "--oneline", "--all") == ""

    monkeypatch.setenv("FAILS", "audit")
    git(repository, "commit", "--quiet", "--message", "Begin")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        git(repository, "push", "origin", "main")
    assert "found: run python -m tools.audit" in refused.value.stdout + refused.value.stderr
    assert git(repository, "ls-remote", "origin") == ""
