"""A script that stands for Copier, and git, for the tests of the update commands."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

# Says what an update to a newer version does to the project, and whether there is one.
Release = Callable[..., Path]


def git(root: Path, *arguments: str) -> str:
    """Run git in `root` and return what it prints."""
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def copier_that(does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a shell script stand for `uv tool run copier`; it adds its arguments to the file that is returned."""
    program, record = tmp_path / "uv", tmp_path / "arguments"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{record}"\n{does}\n')
    program.chmod(0o755)
    monkeypatch.setenv("UV", str(program))
    return record
