"""`make release`: what it refuses, what it makes, and that nothing is left of what fails."""

import os
import re
from pathlib import Path

import pytest

from tests.living import commit
from tests.releases import complaints
from tests.small_template import make_release, prepare, small_template
from tools import bundles, changelog, release
from tools.git import git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return small_template(tmp_path / "repository")


def state(repository: Path) -> list[object]:
    """All that a release may change."""
    files = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file() and ".git" not in path.parts}
    return [files, git(repository, "rev-parse", "HEAD"), git(repository, "tag"), git(repository, "status", "--short")]


def test_release_bundles_commits_and_tags_what_agrees(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_release(repository, monkeypatch, "1.2.3")
    assert git(repository, "tag", "--list", "--points-at", "HEAD") == "v1.2.3"
    assert git(repository, "log", "-1", "--format=%s") == "build: release 1.2.3"
    assert git(repository, "diff", "--name-status", "HEAD~1") == "A\treleases/v1.2.3.bundle"
    assert git(repository, "status", "--short") == ""
    assert complaints(repository) == []


def test_the_same_release_is_the_same_bundle(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes it, and however their clone happens to be packed."""
    text = "".join(f"{number**5}\n" for number in range(999))
    for number in range(20):
        (repository / f"template/{number}.txt").write_text(text.replace(f"{number}1", "x"))
    commit(repository, "Files that resemble each other")
    made = set()
    for name, packing in (("Ada", ["--depth=50"]), ("Grace", ["--depth=1", "--window=1"])):
        monkeypatch.setenv("GIT_COMMITTER_NAME", name)
        git(repository, "repack", "-a", "-d", "-f", "--quiet", *packing)
        bundle = bundles.pack(repository, "1.2.3", "2026-12-01")
        made.add(bundle.read_bytes())
        bundle.unlink()
    assert len(made) == 1


def test_a_later_bundle_holds_only_what_is_new(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "template/large.bin").write_bytes(os.urandom(100_000))
    commit(repository, "Something large")
    make_release(repository, monkeypatch, "1.2.3")
    (repository / "template/small.txt").write_text("small\n")
    prepare(repository, "1.10.0")
    make_release(repository, monkeypatch, "1.10.0")
    assert bundles.released(repository) == ["1.2.3", "1.10.0"]
    first, second = (bundles.bundle_of(repository, version).stat().st_size for version in ("1.2.3", "1.10.0"))
    assert first > 100_000
    assert second < 2_000
    assert complaints(repository) == []


@pytest.mark.parametrize(
    "version", ["", "1.2", "v1.2.3", "1.2.3; id", "1.2.3\n", "01.2.3", "\u0661.2.3", "1.2." + "9" * 99]
)
def test_release_wants_a_version(repository: Path, version: str) -> None:
    assert release.obstacles(repository, version) == [f"VERSION must look like 1.2.3, not {version!r}."]


def test_release_names_everything_that_disagrees(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "new.txt").write_text("not committed")
    git(repository, "checkout", "--quiet", "--detach")
    before = state(repository)
    reasons = [
        "There are uncommitted changes.",
        "No branch is checked out.",
        "pyproject.toml says 1.2.3.",
        "CHANGELOG.md does not begin with `## 1.3.0 · <date>`.",
    ]
    with pytest.raises(SystemExit, match="^" + re.escape("Not released. " + " ".join(reasons)) + "$"):
        make_release(repository, monkeypatch, "1.3.0")
    assert state(repository) == before


@pytest.mark.parametrize("date", ["unreleased", "2026-13-01", "20261201", "2026-12-01 or so"])
def test_release_wants_a_date(repository: Path, date: str) -> None:
    prepare(repository, "1.3.0", date)
    assert release.obstacles(repository, "1.3.0") == ["CHANGELOG.md does not begin with `## 1.3.0 · <date>`."]


def test_release_wants_to_know_what_to_do_after_the_update(repository: Path) -> None:
    path = repository / "CHANGELOG.md"
    for text in (" \n", "nothing"):
        changed = path.read_text(encoding="utf-8").replace(f"{changelog.STEPS} nothing.", f"{changelog.STEPS}{text}")
        path.write_text(changed.replace(f"{changelog.STEPS}nothing", "nothing"), encoding="utf-8")
        commit(repository, "No step")
        (reason,) = release.obstacles(repository, "1.2.3")
        assert reason == "CHANGELOG.md has no paragraph `**After the update:** …` for 1.2.3."
        git(repository, "reset", "--quiet", "--hard", "HEAD~1")


def test_release_goes_forward_only(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_release(repository, monkeypatch, "1.2.3")
    assert release.obstacles(repository, "1.2.3") == [
        "The tag v1.2.3 exists.",
        "1.2.3 does not come after 1.2.3, the latest release.",
    ]
    prepare(repository, "1.2.2")
    assert release.obstacles(repository, "1.2.2") == ["1.2.2 does not come after 1.2.3, the latest release."]


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        ("releases", "File exists"),  # a file where the folder of the bundles goes
        (".git/index.lock", "git: "),
        (".git/hooks/pre-commit", "git: Not today"),
        (".git/refs/tags/v1.2.3.lock", "git: .*v1.2.3"),
    ],
    ids=["bundle", "add", "commit", "tag"],
)
def test_a_release_that_fails_leaves_nothing(
    repository: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str, reason: str
) -> None:
    path = repository / obstacle
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\necho 'Not today' >&2\nexit 1\n")
    path.chmod(0o755)
    if not obstacle.startswith(".git"):
        commit(repository, "A file")
    before = state(repository)
    with pytest.raises(SystemExit, match=f"^Not released\\. .*{reason}.*$"):
        make_release(repository, monkeypatch, "1.2.3")
    assert state(repository) == before


def test_release_outside_git_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match=r"^Not released\. git: fatal: not a git repository.*$"):
        make_release(tmp_path, monkeypatch, "1.2.3")
