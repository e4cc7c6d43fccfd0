"""The releases that this repository holds, as a template repository for Copier, and what is wrong with them."""

import tempfile
from pathlib import Path

from tests.conftest import ROOT
from tools import bundles, changelog
from tools.bundles import SOURCES
from tools.git import GitFailed, git
from tools.ownership import load, owner_of
from tools.release import is_date
from tools.render import IDENTITY

# Oldest first. Present in every clone, also in a shallow one without tags.
RELEASES = bundles.released(ROOT)
# Later than every release.
HEAD_TAG = "v9999.0.0"
MIGRATIONS = "template/migrations/versions"


def release_repository(folder: Path, root: Path = ROOT) -> Path:
    """Make a git repository of all releases, tagged v1.2.3, with the latest checked out."""
    git(root, "init", "--quiet", "--initial-branch", "main", str(folder))
    for version in bundles.released(root):
        bundles.unpack(root, version, folder)
        git(folder, "reset", "--quiet", "--hard", f"v{version}")
    return folder


def with_head(repository: Path, root: Path = ROOT) -> str:
    """Commit what Copier reads here and now, uncommitted changes included, on top; return the tag of it."""
    # The files are added from where they lie, so that this repository's .gitignore decides what is one.
    ours = [f"--git-dir={repository.resolve() / '.git'}", "--work-tree=.", "-c", "core.excludesFile=/dev/null"]
    git(root, *ours, "add", "--all", "--", *SOURCES)
    unsigned = ["-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null"]
    git(repository, *unsigned, "commit", "--quiet", "--allow-empty", "--message", "Now", environment=IDENTITY)
    git(repository, "update-ref", f"refs/tags/{HEAD_TAG}", "HEAD")
    # What the release before had and is gone is in no commit any more: a reset alone would leave it lying there.
    git(repository, "reset", "--quiet", "--hard")
    git(repository, "clean", "--quiet", "-dffx")
    return HEAD_TAG


def complaints(root: Path) -> list[str]:
    """What is wrong with the releases in `root`, one line each."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            repository = release_repository(Path(folder), root)
        except GitFailed as failure:
            return [f"A bundle cannot be read: {failure}"]
        return [
            *(line for version in bundles.released(root) for line in forged(repository, root, version)),
            *(line for version in bundles.released(root) for line in changed_migrations(repository, root, version)),
            *rewritten(root),
        ]


def forged(repository: Path, root: Path, version: str) -> list[str]:
    """What in a release is not what `make release` makes of its tree, its date and the release before."""
    tag = f"refs/tags/v{version}"
    _, *heads = git(root, "bundle", "list-heads", str(bundles.bundle_of(root, version))).split()
    dates = {section.version: section.date for section in changelog.sections(root)}
    if heads != [tag] or not is_date(dates.get(version, "")):
        return [f"{version} has a bundle of {heads} and is dated {dates.get(version)!r} in CHANGELOG.md."]
    known = bundles.released(root)
    *_, earlier = [None, *known[: known.index(version)]]
    tree = git(repository, "rev-parse", f"{tag}^{{tree}}")
    if bundles.commit_release(repository, version, dates[version], tree, earlier) != git(repository, "rev-parse", tag):
        return [f"The bundle of {version} is not of the date in CHANGELOG.md, or not on top of the release before."]
    tagged = (root / ".git").exists() and git(root, "tag", "--list", f"v{version}")
    if tagged and git(root, "ls-tree", tag, *SOURCES) != git(repository, "ls-tree", tag):
        return [f"The tag v{version} has another tree than its bundle."]
    return []


def changed_migrations(repository: Path, root: Path, version: str) -> list[str]:
    """Which migrations of a release are not here as they were: services have run them.

    The one of the example is the team's once it is rendered. No update touches it, so it may depend on an answer.
    """
    names = git(repository, "ls-tree", "-r", "--name-only", f"v{version}", f"{MIGRATIONS}/").splitlines()
    lists, _ = load()
    found = []
    for name in names:
        if owner_of(name.removeprefix("template/"), lists) == "yours":
            continue
        now = root / name
        if not now.is_file():
            found.append(f"{name} of {version} is gone.")
        elif git(root, "hash-object", "--no-filters", name) != git(repository, "rev-parse", f"v{version}:{name}"):
            found.append(f"{name} differs from that of {version}.")
    return found


def rewritten(root: Path) -> list[str]:
    """Which bundles are not as they were committed first, as far as the history of this clone goes."""
    if not (root / ".git").exists():
        return []
    added = ["--reverse", "--diff-filter=A", "--no-renames", "--raw", "--no-abbrev", "--format="]
    first: dict[str, str] = {}
    for line in git(root, "log", *added, "--", ":(glob)releases/*.bundle").splitlines():
        details, path = line.split("\t")
        first.setdefault(path, details.split()[3])
    return [
        f"{path} is not what was released."
        for path, blob in first.items()
        if not (root / path).is_file() or git(root, "hash-object", "--no-filters", path) != blob
    ]
