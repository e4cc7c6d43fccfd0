"""Git, for the tools: one call, whose failure is one line."""

import os
import subprocess
from pathlib import Path

# What git sets for its hooks; our commands are about the repository that they name.
SURROUNDINGS = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"}


class GitFailed(SystemExit):
    """A command failed; ends the program with the reason that git gave when nobody catches it."""


def git(folder: Path, *arguments: str, given: str = "", environment: dict[str, str] | None = None) -> str:
    """Return what a git command prints; it reads `given`, and `environment` comes on top of ours."""
    kept = {name: value for name, value in os.environ.items() if name not in SURROUNDINGS}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=kept | {"LC_ALL": "C"} | (environment or {}),
        input=given,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        reasons = [line for line in lines if line.startswith(("fatal: ", "error: "))]
        raise GitFailed(f"git: {[*reasons, *lines[-1:], 'failed'][0]}")
    return done.stdout.strip()
