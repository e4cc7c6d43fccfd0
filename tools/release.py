"""`make release VERSION=…`: bundles, commits and tags a release once everything that names the version agrees."""

import os
import re
import tomllib
from datetime import date
from pathlib import Path

from tools import bundles, changelog
from tools.environment import ROOT
from tools.git import GitFailed, git


def obstacles(root: Path, version: str) -> list[str]:
    """Return what keeps `version` from being released, one sentence each."""
    if not re.fullmatch(r"(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){2}", version):
        return [f"VERSION must look like 1.2.3, not {version!r}."]
    found = []
    if git(root, "status", "--porcelain", "--untracked-files=all"):
        found.append("There are uncommitted changes.")
    if not git(root, "branch", "--show-current"):
        found.append("No branch is checked out.")
    if git(root, "tag", "--list", f"v{version}"):
        found.append(f"The tag v{version} exists.")
    latest = bundles.released(root)[-1:]
    if latest and bundles.rank(version) <= bundles.rank(latest[0]):
        found.append(f"{version} does not come after {latest[0]}, the latest release.")
    named = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if named != version:
        found.append(f"pyproject.toml says {named}.")
    return found + untold(root, version)


def untold(root: Path, version: str) -> list[str]:
    """Return what CHANGELOG.md lacks for `version`."""
    first, *_ = [*changelog.sections(root), None]
    if first is None or first.version != version or not is_date(first.date):
        return [f"CHANGELOG.md does not begin with `## {version} · <date>`."]
    if not first.steps:
        return [f"CHANGELOG.md has no paragraph `{changelog.STEPS} …` for {version}."]
    return []


def is_date(text: str) -> bool:
    """Tell whether a text is a date like 2026-12-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def publish(root: Path, version: str) -> None:
    """Bundle, commit and tag what is checked out; a failure leaves everything as it was."""
    before = git(root, "rev-parse", "HEAD")
    bundle = bundles.bundle_of(root, version)
    try:
        bundles.pack(root, version, changelog.sections(root)[0].date)
        git(root, "add", "--force", str(bundle))
        git(root, "commit", "--quiet", "--message", f"build: release {version}")
        git(root, "tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    except BaseException:
        if bundle.exists():
            bundle.unlink()
        # Only where something happened: whoever holds the lock that kept us out keeps the reset out, too.
        if git(root, "rev-parse", "HEAD") != before or git(root, "status", "--porcelain"):
            git(root, "reset", "--quiet", "--hard", before)
        raise


def main(root: Path) -> None:
    """Release the version in `VERSION`, or end with everything that speaks against it."""
    version = os.environ.get("VERSION", "")
    try:
        if found := obstacles(root, version):
            raise SystemExit("Not released. " + " ".join(found))
        publish(root, version)
    except (GitFailed, OSError) as failure:
        raise SystemExit(f"Not released. {failure}") from None
    branch = git(root, "branch", "--show-current")
    print(f"Committed and tagged v{version}. Publish both: git push --atomic origin {branch} v{version}")


if __name__ == "__main__":
    main(ROOT)
