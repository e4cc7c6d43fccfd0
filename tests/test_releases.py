"""Every release is here, renders with plain Copier, and stays what it was: ours, and two of a small template."""

from pathlib import Path

import copier
import pytest

from tests.conftest import ROOT
from tests.living import append, commit
from tests.releases import HEAD_TAG, RELEASES, complaints, release_repository, with_head
from tests.small_template import MIGRATION, make_release, prepare, small_template
from tools import bundles, changelog
from tools.bundles import SOURCES
from tools.git import git

ITEMS = "migrations/versions/0003_items.py"


@pytest.fixture
def two_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small template with the releases 1.2.3 and 1.3.0."""
    repository = small_template(tmp_path / "two_releases")
    make_release(repository, monkeypatch, "1.2.3")
    (repository / "template/later.txt").write_text("later\n")
    prepare(repository, "1.3.0")
    make_release(repository, monkeypatch, "1.3.0")
    return repository


def test_the_releases_are_what_they_were() -> None:
    assert complaints(ROOT) == []


@pytest.mark.parametrize("version", RELEASES)
def test_the_migration_that_is_rendered_once_is_what_it_was_for_the_default_answers(
    tmp_path: Path, default: Path, version: str
) -> None:
    released = git(release_repository(tmp_path / "template"), "show", f"v{version}:template/{ITEMS}")
    assert (default / ITEMS).read_text(encoding="utf-8").strip() == released.strip()


def test_every_release_and_the_present_render_with_plain_copier(tmp_path: Path) -> None:
    template = release_repository(tmp_path / "template")
    for tag in [*(f"v{version}" for version in RELEASES), with_head(template)]:
        folder = tmp_path / tag
        copier.run_copy(str(template), folder, vcs_ref=tag, defaults=True, quiet=True, unsafe=False)
        assert f"_commit: {tag}\n" in (folder / ".copier-answers.yml").read_text(encoding="utf-8")
        assert (folder / "src/app/main.py").is_file()


def test_the_present_is_what_the_tests_render(tmp_path: Path, template: Path) -> None:
    folder = release_repository(tmp_path / "template")
    with_head(folder)
    held, here = (
        {path.relative_to(root): path.read_bytes() for name in SOURCES for path in files_of(root / name)}
        for root in (folder, template)
    )
    assert held == here


def files_of(path: Path) -> list[Path]:
    ours = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return [file for file in ours if "__pycache__" not in file.parts]


def test_version_and_changelog_agree() -> None:
    sections = changelog.sections(ROOT)
    named = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition('\nversion = "')[2].partition('"')[0]
    assert sections[0].version == named
    assert [section.version for section in sections if not section.steps] == []
    # Only the first may be without a bundle: it is what comes next.
    assert [section.version for section in sections if section.version in RELEASES] == RELEASES[::-1]
    assert {section.version for section in sections} - set(RELEASES) <= {named}


def test_a_service_goes_from_one_release_to_the_next_and_to_the_present(two_releases: Path, tmp_path: Path) -> None:
    template, service = release_repository(tmp_path / "template", two_releases), tmp_path / "service"
    copier.run_copy(str(template), service, vcs_ref="v1.2.3", defaults=True, quiet=True)
    assert not (service / "later.txt").exists()
    commit(service, "Begin")
    (two_releases / "template/now.txt").write_text("not committed\n")
    (two_releases / "template/later.txt").unlink()
    assert with_head(template, two_releases) == HEAD_TAG
    for tag, files in (("v1.3.0", {"later.txt"}), (HEAD_TAG, {"now.txt"})):
        copier.run_update(service, vcs_ref=tag, defaults=True, overwrite=True, quiet=True)
        assert {path.name for path in service.glob("*.txt")} == files
        commit(service, "Update")


def test_a_shallow_clone_without_tags_has_them_all(two_releases: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", two_releases.as_uri(), str(clone))
    assert git(clone, "tag") == ""
    assert git(release_repository(tmp_path / "template", clone), "tag").split() == ["v1.2.3", "v1.3.0"]
    assert complaints(clone) == []


def test_a_shallow_clone_can_release(two_releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", two_releases.as_uri(), str(clone))
    for repository in (clone, two_releases):
        prepare(repository, "1.4.0")
        make_release(repository, monkeypatch, "1.4.0")
        assert complaints(repository) == []
    assert bundles.bundle_of(clone, "1.4.0").read_bytes() == bundles.bundle_of(two_releases, "1.4.0").read_bytes()


def rebuilt(root: Path, version: str) -> None:
    """The bundle of a version made again, of what is committed now."""
    later = [known for known in bundles.released(root) if bundles.rank(known) >= bundles.rank(version)]
    kept = {known: bundles.bundle_of(root, known).read_bytes() for known in later}
    for known in later:
        bundles.bundle_of(root, known).unlink()
    bundles.pack(root, version, "2026-12-01")
    for known in later[1:]:
        bundles.bundle_of(root, known).write_bytes(kept[known])


def test_a_bundle_that_is_made_again_is_found(two_releases: Path) -> None:
    append(two_releases / "copier.yml", "# Forged.\n")
    commit(two_releases, "Forge")
    rebuilt(two_releases, "1.3.0")
    assert complaints(two_releases) == [
        "The tag v1.3.0 has another tree than its bundle.",
        "releases/v1.3.0.bundle is not what was released.",
    ]
    # In a clone without history, the next bundle still tells.
    rebuilt(two_releases, "1.2.3")
    (line,) = complaints(two_releases)
    assert line.startswith("A bundle cannot be read: ")


@pytest.mark.parametrize("harm", ["cut", "text", "renamed"])
def test_a_broken_bundle_is_found(two_releases: Path, harm: str) -> None:
    path = bundles.bundle_of(two_releases, "1.3.0")
    if harm == "renamed":
        path.rename(bundles.bundle_of(two_releases, "1.3.1"))
    else:
        path.write_bytes(path.read_bytes()[:-30] if harm == "cut" else b"version https://git-lfs\n")
    (line,) = complaints(two_releases)
    assert line.startswith("A bundle cannot be read: ")


def test_a_bundle_that_is_gone_is_found(two_releases: Path) -> None:
    bundles.bundle_of(two_releases, "1.3.0").unlink()
    assert complaints(two_releases) == ["releases/v1.3.0.bundle is not what was released."]


def test_a_date_that_moves_is_found(two_releases: Path) -> None:
    path = two_releases / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("## 1.3.0 · 2026-12-01", "## 1.3.0 · 2026-12-02"), encoding="utf-8")
    (line,) = complaints(two_releases)
    assert line.startswith("The bundle of 1.3.0 is not of the date in CHANGELOG.md")
    path.write_text(text.replace("## 1.3.0 · 2026-12-01", "## 1.3.0 · unreleased"), encoding="utf-8")
    (line,) = complaints(two_releases)
    assert line.endswith("is dated 'unreleased' in CHANGELOG.md.")


def test_a_released_migration_stays_and_new_ones_come(two_releases: Path) -> None:
    (two_releases / MIGRATION).with_name("0002_more.py").write_text('"""More."""\n')
    assert complaints(two_releases) == []
    append(two_releases / MIGRATION, "\n")
    assert complaints(two_releases) == [
        f"{MIGRATION} differs from that of {version}." for version in ("1.2.3", "1.3.0")
    ]
    (two_releases / MIGRATION).unlink()
    assert complaints(two_releases) == [f"{MIGRATION} of {version} is gone." for version in ("1.2.3", "1.3.0")]
