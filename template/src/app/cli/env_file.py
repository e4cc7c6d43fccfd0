"""Files of `NAME=value` lines, written so that nothing is lost or half-written and nobody else may read them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.errors import fail

#: Read and write for the owner only.
MODE = 0o600


def create(path: Path, text: str) -> None:
    """Write a new file, where a link leads to if it is one.

    Raises:
        FileExistsError: when there is one; it is left as it is.

    """
    target = os.path.realpath(path)
    with _one_line(path):
        # Not written beside and linked: shared folders of virtual machines know no hard links.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with _whole_or_gone(target), os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)


def replace_value(path: Path, name: str, value: str) -> None:
    """Replace the value of one name, keeping all other lines; the file changes in one step or not at all."""
    # A link stays one: in production `.env` may lead out of the release.
    target = Path(os.path.realpath(path))
    if not target.exists():
        raise fail(f"{path} does not exist.")
    with _one_line(path):
        lines = target.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    matching = [index for index, line in enumerate(lines) if line.startswith(f"{name}=")]
    if not matching:
        raise fail(f"{path} has no line {name}=.")
    lines[matching[-1]] = f"{name}={quoted(value)}"
    with _one_line(path):
        _replace(target, "\n".join(lines) + "\n")


def quoted(value: str) -> str:
    """Return a value as it is written in such a file; single quotes keep JSON as it is."""
    return f"'{value}'"


def _replace(target: Path, text: str) -> None:
    descriptor, unfinished = tempfile.mkstemp(prefix=f"{target.name}-", dir=target.parent)
    with _whole_or_gone(unfinished):
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        Path(unfinished).chmod(MODE)
        Path(unfinished).replace(target)


@contextmanager
def _whole_or_gone(file: str) -> Iterator[None]:
    # It holds keys, and half of a file would be taken for all of it by the next start.
    try:
        yield
    except BaseException:
        Path(file).unlink()
        raise


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise fail(f"{path} cannot be used: {error.strerror}.") from None
