"""Writing: everything into a folder beside the project first, then into place; what fails leaves nothing behind."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.resource import Refused
from tools.resource.clashes import require_clear_names

#: Only the new files are there for the linter to see, so it is told which imports are the service's own.
OURS = ("--output-format=concise", "--config", "lint.isort.known-first-party = ['app', 'tests']")


@contextmanager
def staged(root: Path, files: dict[str, str], edits: dict[str, str]) -> Iterator[Path]:
    """Write texts into a folder on the same disk, formatted and linted by the project's own rules.

    Raises:
        Refused: when a name clashes in a new file, or the linter is not content with one.

    """
    stage = Path(tempfile.mkdtemp(prefix=".resource-", dir=root))
    try:
        for name, text in {**files, **edits}.items():
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_text(text, encoding="utf-8")
        # The templates import whatever some field may need; the linter takes out what this domain does not.
        ruff(stage, files, "check", "--fix-only", *OURS)
        for name in files:
            require_clear_names(name, (stage / name).read_text(encoding="utf-8"))
        ruff(stage, files, "format")
        ruff(stage, files, "check", *OURS)
        yield stage
    finally:
        shutil.rmtree(stage)


def ruff(stage: Path, files: Iterable[str], *command: str) -> None:
    """Run the linter or the formatter on the new files.

    Raises:
        Refused: when it is not content; the templates are the place to mend that.

    """
    line = [sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", *files]
    done = subprocess.run(line, cwd=stage, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"The linter objects: {(done.stdout or done.stderr).splitlines()[0]}")


def install(stage: Path, root: Path, *, folders: list[str], migration: str, edited: list[str]) -> None:
    """Move what is staged into place, the edited files last; put everything back when a step fails."""
    before = {name: (root / name).read_bytes() for name in edited}
    done: list[str] = []
    try:
        for name in (*folders, migration):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).rename(root / name)
            done.append(name)
        for name in edited:
            (stage / name).replace(root / name)
            done.append(name)
    except BaseException:
        for name in done:
            if name in before:
                (root / name).write_bytes(before[name])
            elif (root / name).is_dir():
                shutil.rmtree(root / name)
            else:
                (root / name).unlink(missing_ok=True)
        raise
