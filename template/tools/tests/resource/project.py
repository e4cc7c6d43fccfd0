"""A copy of this project to write domains into, and what the tests look at in it."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Names that no team has.
NOTES, OWNERS = "sample_notes", "sample_owners"
FIELDS = "number:str:unique amount:decimal due_on:date?"

Tree = dict[str, bytes]


def copy(target: Path) -> Path:
    """Copy what the command reads of this project."""
    for name in ("src", "migrations", "tools/resource"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.db*"))
    (target / "tests").mkdir()
    for name in ("pyproject.toml", "tests/factories.py"):
        shutil.copy(ROOT / name, target / name)
    return target


def tree(root: Path) -> Tree:
    """Read every file below a folder."""
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def ruff(root: Path) -> str:
    """Return what the project's own formatter and linter object to in what is new, seen from its place."""
    files = [name for name in tree(root) if "sample_" in name or "/domains" in name or "_names" in name]
    commands = (["format", "--check"], ["check", "--output-format=concise"])
    runs = [
        subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "--quiet", *files],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        for command in commands
    ]
    return "".join(done.stdout + done.stderr for done in runs)
