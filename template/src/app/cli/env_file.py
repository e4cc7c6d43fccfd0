"""Files of `NAME=value` lines, written so that nothing is lost or half-written and nobody else may read them."""

import os
import tempfile
from pathlib import Path

from app.cli.errors import fail

#: Read and write for the owner only.
MODE = 0o600


def create(path: Path, text: str) -> None:
    """Write a new file.

    Raises:
        FileExistsError: when there is one; it is left as it is.

    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def replace_value(path: Path, name: str, value: str) -> None:
    """Replace the value of one name, keeping all other lines; the file changes in one step or not at all."""
    if not path.is_file():
        raise fail(f"{path} does not exist.")
    lines = path.read_text(encoding="utf-8").splitlines()
    matching = [index for index, line in enumerate(lines) if line.startswith(f"{name}=")]
    if not matching:
        raise fail(f"{path} has no line {name}=.")
    lines[matching[-1]] = f"{name}={quoted(value)}"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write("\n".join(lines) + "\n")
    Path(file.name).chmod(MODE)
    Path(file.name).replace(path)


def quoted(value: str) -> str:
    """Return a value as it is written in such a file; single quotes keep JSON as it is."""
    return f"'{value}'"
