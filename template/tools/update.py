"""`make update`: brings the latest version of the template, and says what is left to do by hand."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from tools import migration_chain

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ".copier-answers.yml"
MIGRATIONS = "migrations/versions"
# Exact, because the update runs Copier on files that matter; 9.19 is the least that the template accepts.
COPIER = "copier@9.19.1"
DIGEST = re.compile(r"^# Digest of the answers.*: ([0-9a-f]{64})$", re.MULTILINE)
MARKER = re.compile(rb"^(<{7} |>{7} )", re.MULTILINE)


def main(root: Path, options: list[str]) -> int:
    """Update the project in `root`; `options` go to Copier as they are. Return 1 when something is left to do."""
    if reason := obstacle(root):
        print(f"Not updated: {reason}", file=sys.stderr)
        return 1
    # The answers are kept; a new question is asked where somebody can answer it.
    unattended = [] if sys.stdin.isatty() or "--defaults" in options else ["--defaults"]
    command = copier("update", "--conflict", "inline", "--skip-answered", *unattended, *options)
    done = subprocess.run(command, cwd=root, check=False)
    if done.returncode:
        print(f"The update failed (exit code {done.returncode}). `git status` shows what it did.", file=sys.stderr)
        return 1
    keep_migrations(root)
    return report(root)


def copier(*arguments: str) -> list[str]:
    """Return the command that runs Copier with `arguments`, without trust."""
    return [os.environ.get("UV", "uv"), "tool", "run", "--quiet", COPIER, *arguments]


def keep_migrations(root: Path) -> None:
    """Bring back what an answer that was turned off has removed: it ran, and its data is there. Put new ones last."""
    removed = lines(git(root, "diff", "HEAD", "--diff-filter=D", "--name-only", "-z", "--", MIGRATIONS))
    if removed:
        git(root, "checkout", "HEAD", "--", *removed)
        print("Kept, because it may have run: " + ", ".join(removed))
    new = lines(git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", f"{MIGRATIONS}/*.py"))
    present = lines(git(root, "ls-files", "-z", "--", f"{MIGRATIONS}/*.py"))
    for sentence in migration_chain.append([root / name for name in new], [root / name for name in present]):
        print(sentence)


def obstacle(root: Path) -> str | None:
    """Return why an update cannot begin, in one sentence."""
    if not (root / ANSWERS).is_file():
        return f"{ANSWERS} is missing, so nothing tells which template this came from."
    if is_edited((root / ANSWERS).read_text(encoding="utf-8")):
        return (
            f"{ANSWERS} was edited by hand, and an update would not notice the new answer. Take the edit back "
            f'(`git log -p {ANSWERS}`), then: make update ARGS="--data name=value".'
        )
    try:
        top = git(root, "rev-parse", "--show-toplevel").strip()
        if Path(top).resolve() != root.resolve():
            return f"the git repository is {top}; this has to be the top of one."
        git(root, "rev-parse", "--verify", "--quiet", "HEAD")
        changed = git(root, "status", "--porcelain").strip()
    except (subprocess.CalledProcessError, FileNotFoundError):
        return "this is not in git yet; commit everything first, so that you can see and undo what an update does."
    return "there are uncommitted changes; commit or stash them first." if changed else None


def is_edited(answers: str) -> bool:
    """Tell whether the answers are others than Copier wrote. Names that begin with `_` are not answers."""
    noted = DIGEST.search(answers)
    lines = [line for line in answers.splitlines(keepends=True) if not line.startswith(("#", "_"))]
    return noted is not None and noted[1] != hashlib.sha256("".join(lines).encode()).hexdigest()


def report(root: Path) -> int:
    """Say what the update removed and where it needs a decision; Copier itself ends with 0 on conflicts."""
    # Not `git status`: beside unmerged files it can hide deletions.
    if removed := lines(git(root, "diff", "HEAD", "--no-renames", "--diff-filter=D", "--name-only", "-z")):
        print("Removed by the update (`git show HEAD:<file>` shows what was in them):")
        print("".join(f"  {name}\n" for name in removed), end="")
    if left := conflicts(root):
        print("CONFLICTS: decide in these files, then `git add` them:", file=sys.stderr)
        print("".join(f"  {name}\n" for name in left), end="", file=sys.stderr)
        return 1
    print("Updated without conflicts. Read `git diff`, then: make dev, make check, make test.")
    return 0


def conflicts(root: Path) -> list[str]:
    """Return the files that are unmerged, that hold conflict markers, or whose changes lie beside them as `.rej`."""
    unmerged = {entry.partition("\t")[2] for entry in lines(git(root, "ls-files", "--unmerged", "-z"))}
    changed = lines(git(root, "diff", "HEAD", "--no-renames", "--diff-filter=d", "--name-only", "-z"))
    new = lines(git(root, "ls-files", "--others", "--exclude-standard", "-z"))
    marked = {name for name in {*changed, *new} if has_marker(root / name)}
    rejected = {name for name in new if name.endswith(".rej")}
    return sorted(unmerged | marked | rejected)


def has_marker(path: Path) -> bool:
    """Tell whether a file holds both ends of a conflict."""
    if not path.is_file():
        return False
    return len({match[:1] for match in MARKER.findall(path.read_bytes())}) == 2


def lines(output: str) -> list[str]:
    """Return the entries of NUL-separated git output; names may hold anything else."""
    return [entry for entry in output.split("\0") if entry]


def git(root: Path, *arguments: str) -> str:
    """Return what a git command prints; raises CalledProcessError when it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
    return done.stdout.decode(errors="surrogateescape")


if __name__ == "__main__":
    raise SystemExit(main(ROOT, sys.argv[1:]))
