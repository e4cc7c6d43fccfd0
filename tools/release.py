"""`make release VERSION=…`: tags a release once everything that names the version agrees."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

from tools.environment import ROOT


def obstacles(root: Path, version: str) -> list[str]:
    """Return what keeps `version` from being released, one sentence each."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        return [f"VERSION must look like 1.2.3, not {version!r}."]
    found = []
    if git(root, "status", "--porcelain"):
        found.append("There are uncommitted changes.")
    if git(root, "tag", "--list", f"v{version}"):
        found.append(f"The tag v{version} exists.")
    named = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if named != version:
        found.append(f"pyproject.toml says {named}.")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## {re.escape(version)} · \d{{4}}-\d\d-\d\d$", changelog, flags=re.MULTILINE):
        found.append(f"CHANGELOG.md has no heading `## {version} · <date>`.")
    return found


def git(root: Path, *arguments: str) -> str:
    """Return what a git command prints."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def main(root: Path) -> None:
    """Tag the version in `VERSION`, or end with everything that speaks against it."""
    version = os.environ.get("VERSION", "")
    if found := obstacles(root, version):
        raise SystemExit("Not released. " + " ".join(found))
    git(root, "tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    print(f"Tagged v{version}. Publish it: git push origin v{version}")


if __name__ == "__main__":
    main(ROOT)
