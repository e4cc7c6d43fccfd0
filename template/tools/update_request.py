"""`make update-request`: brings a newer template version on a branch of its own and pushes it, for a scheduled job."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tools import update

ROOT = update.ROOT


def main(root: Path, options: list[str]) -> int:
    """Push the branch `template-update/<version>`, unless origin has it; `options` go to `git push` as they are.

    Return 1, with nothing committed or pushed, when somebody has to decide something first.
    """
    if reason := update.obstacle(root):
        print(f"Not updated: {reason}", file=sys.stderr)
        return 1
    if (version := newer_version(root)) is None:
        print("There is no newer version of the template.")
        return 0
    branch, title = f"template-update/{version}", f"Update the template to {version}"
    if run(root, "git", "ls-remote", "--heads", "origin", f"refs/heads/{branch}"):
        print(f"{branch} is there already. Merge it, or delete it to get a fresh one.")
    else:
        if update.main(root, ["--defaults"]):
            print("Nothing was committed or pushed. Run `make update` yourself and decide there.", file=sys.stderr)
            return 1
        lock(root)
        push(root, branch, title, options)
    announce(branch, title)
    return 0


def newer_version(root: Path) -> str | None:
    """Return the latest version of the template when the project has an older one."""
    answer = json.loads(run(root, *update.copier("check-update", "--output-format", "json")))
    return str(answer["latest_version"]) if answer["update_available"] else None


def lock(root: Path) -> None:
    """Bring `uv.lock` in line with the new pyproject.toml, so that the request passes its own checks."""
    if (root / "uv.lock").is_file():
        run(root, os.environ.get("UV", "uv"), "lock", "--quiet")


def push(root: Path, branch: str, title: str, options: list[str]) -> None:
    """Push everything as one commit on `branch`; the clone is afterwards as it was before the update."""
    # No local branch, and HEAD stays: whatever fails here, the next try begins where this one did.
    try:
        run(root, "git", "add", "--all")
        commit = run(root, "git", "commit-tree", "-p", "HEAD", "-m", title, run(root, "git", "write-tree"))
        run(root, "git", "push", "--quiet", *options, "origin", f"{commit}:refs/heads/{branch}")
    finally:
        run(root, "git", "reset", "--quiet", "--hard")
    print(f"Pushed {branch}.")


def announce(branch: str, title: str) -> None:
    """Tell the next step of a workflow what to open a request for, where the CI has such a file."""
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(f"branch={branch}\ntitle={title}\n")


def run(root: Path, *command: str) -> str:
    """Return what a command prints; end this program when it fails, after it has said itself why."""
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed with exit code {done.returncode}.")
    return done.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main(ROOT, sys.argv[1:]))
