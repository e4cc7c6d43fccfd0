"""Fixtures of the tests of the commands."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tools import update
from tools.tests.playing_copier import Release, copier_that, git
from tools.tests.playing_uv import UV

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}
ANSWER = '{"update_available": %s, "current_version": "1.0.0", "latest_version": "1.1.0"}'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a committed project in a folder whose name has a space."""
    for name, value in {**IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}.items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "my service"
    root.mkdir()
    digest = hashlib.sha256(b"license: mit\n").hexdigest()
    (root / update.ANSWERS).write_text(f"# Digest of the answers: {digest}\n_commit: v1.0.0\nlicense: mit\n")
    (root / "app.py").write_text("name = 1\n")
    (root / "old.py").write_text("gone = 1\n")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "Begin")
    return root


@pytest.fixture
def origin(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the project a repository to push to, which writes down the options of a push."""
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    bare = tmp_path / "origin.git"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    git(bare, "config", "receive.advertisePushOptions", "true")
    hook = bare / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\nenv | grep "^GIT_PUSH_OPTION_[0-9]" | sort > push-options\n')
    hook.chmod(0o755)
    git(project, "remote", "add", "origin", str(bare))
    git(project, "push", "--quiet", "origin", "main")
    (bare / "push-options").unlink()
    return bare


@pytest.fixture
def template_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Return a function that gives the template a newer version, or none, and says what an update to it does."""

    def release(does: str, *, newer: bool = True) -> Path:
        answer = ANSWER % str(newer).lower()
        commands = f"""
            *" check-update "*) echo '{answer}' ;;
            *" update "*) {does} ;;
            "lock --quiet") echo fresh > uv.lock ;;
            *) exit 9 ;;"""
        return copier_that(f'case "$*" in {commands}\nesac', tmp_path, monkeypatch)

    return release


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file in which a workflow of GitHub expects what the next step needs."""
    path = tmp_path / "output"
    path.touch()
    monkeypatch.setenv("GITHUB_OUTPUT", str(path))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the Makefile and its tools to a folder whose name has a space, with a `uv` on PATH that only prints."""
    target = tmp_path / "my service"
    target.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, target)
    shutil.copytree(ROOT / "tools", target / "tools")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    for name in ("MAKEFLAGS", "MAKELEVEL", "UV_CACHE_DIR", "PORT", "PYTHON", "ARGS", "m", "name", "fields"):
        monkeypatch.delenv(name, raising=False)
    return target
