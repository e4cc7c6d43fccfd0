"""Keeps the chain of migrations whole through an update: none is lost, and new ones come after the team's own."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Migration:
    """A file in `migrations/versions`; `line` is the number of the line that names what it follows."""

    path: Path
    revision: str
    follows: tuple[str, ...]
    line: int


def read(path: Path) -> Migration | None:
    """Read what Alembic reads of a file; None when it is no migration."""
    found: dict[str, tuple[object, int]] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"} and value is not None:
            found[target.id] = (ast.literal_eval(value), node.lineno)
    if found.keys() != {"revision", "down_revision"}:
        return None
    (revision, _), (follows, line) = found["revision"], found["down_revision"]
    names = follows if isinstance(follows, tuple) else (follows,)
    return Migration(path, str(revision), tuple(str(name) for name in names if name is not None), line)


def append(new: Iterable[Path], present: Iterable[Path]) -> list[str]:
    """Let each new migration, in the order of their names, follow the newest present one; return a sentence for each.

    The template numbers its migrations, but it cannot know those that a team has written in between. Branches that
    the team has made itself are left alone: `make check` names them.
    """
    migrations = [migration for path in present if (migration := read(path))]
    followed = {name for migration in migrations for name in migration.follows}
    heads = {migration.revision for migration in migrations} - followed
    if len(heads) != 1:
        return []
    head = heads.pop()
    sentences = []
    for path in sorted(new):
        if migration := read(path):
            follow(migration, head)
            sentences.append(f"{path.name} follows {head}; `make migrate` applies it.")
            head = migration.revision
    return sentences


def follow(migration: Migration, revision: str) -> None:
    """Write into a migration which revision comes before it."""
    if migration.follows == (revision,):
        return
    lines = migration.path.read_text(encoding="utf-8").splitlines(keepends=True)
    before, _, _ = lines[migration.line - 1].partition("=")
    lines[migration.line - 1] = f'{before.rstrip()} = "{revision}"\n'
    text = "".join(lines)
    migration.path.write_text(re.sub(r"(?m)^Revises: .*$", f"Revises: {revision}", text, count=1), encoding="utf-8")
