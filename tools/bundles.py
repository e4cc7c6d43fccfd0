"""The releases as git bundles in `releases/`, each with what Copier reads of one (docs/decisions/0007)."""

import shutil
import tempfile
from pathlib import Path

from tools.git import git
from tools.render import IDENTITY

# What Copier reads. Everything else in the repository is for people and tests.
SOURCES = ("copier.yml", "validators.jinja", "licenses", "template")
# The same release gives the same bytes, however a clone is packed: what is new comes loose, and one thread packs it.
LOOSE = ("-c", "fetch.unpackLimit=1000000", "-c", "fetch.fsckObjects=false")  # checking would keep the pack
ONE_THREAD = ("-c", "pack.threads=1")
CHECKED = ("-c", "fetch.fsckObjects=true")


def copy_sources(root: Path, folder: Path) -> Path:
    """Copy what Copier reads to a folder outside git, as a commit would have it, and return that folder."""
    left_behind = shutil.ignore_patterns("__pycache__", "*_cache", ".venv")
    for name in SOURCES:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=left_behind)
        else:
            shutil.copy2(root / name, folder / name)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()  # git has no empty folders
    return folder


def rank(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by."""
    return tuple(int(part) for part in version.split("."))


def released(root: Path) -> list[str]:
    """Return the versions that have a bundle, oldest first."""
    return sorted((path.stem.removeprefix("v") for path in root.glob("releases/v*.bundle")), key=rank)


def bundle_of(root: Path, version: str) -> Path:
    """Return where the bundle of a version lies."""
    return root.resolve() / "releases" / f"v{version}.bundle"


def unpack(root: Path, version: str, repository: Path) -> None:
    """Bring a release into a repository that has the ones before it, under the tag that it has in ours: v1.2.3."""
    tag = f"refs/tags/v{version}"
    git(repository, *CHECKED, "fetch", "--quiet", "--no-tags", str(bundle_of(root, version)), f"{tag}:{tag}")


def commit_release(repository: Path, version: str, date: str, tree: str, previous: str | None) -> str:
    """Make the commit of a release; the same arguments give the same id."""
    moment = f"{date}T00:00:00Z"
    parent = ["-p", f"refs/tags/v{previous}"] if previous else []
    identity = {**IDENTITY, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    command = ["commit-tree", tree, *parent, "-m", f"Release {version}"]
    return git(repository, "-c", "i18n.commitEncoding=utf-8", *command, environment=identity)


def pack(root: Path, version: str, date: str) -> Path:
    """Write the bundle of what is committed in `root`, with nothing in it that the releases before have; return it."""
    bundle, earlier = bundle_of(root, version), released(root)
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder)
        git(history, "init", "--quiet", "--bare")
        for known in earlier:
            unpack(root, known, history)
        git(history, *LOOSE, "fetch", "--quiet", "--no-tags", "--depth=1", str(root.resolve()), "HEAD")
        tree = git(history, "mktree", given=git(history, "ls-tree", "FETCH_HEAD", *SOURCES) + "\n")
        commit = commit_release(history, version, date, tree, earlier[-1] if earlier else None)
        git(history, "update-ref", f"refs/tags/v{version}", commit)  # `tag` may be set to sign
        bundle.parent.mkdir(exist_ok=True)
        new = [f"v{version}", *[f"^v{known}" for known in earlier[-1:]]]
        git(history, *ONE_THREAD, "bundle", "create", "--quiet", str(bundle), *new)
    return bundle
