"""The small programs behind the Makefile, the pins of the tools, and the workflow."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.living import commit, git
from tools import environment, release

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))


def pins(name: str) -> dict[str, str]:
    """What one requirements file pins, with the text of its entry."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {entry.partition("==")[0]: entry for entry in re.split(r"\n(?=[a-z])", text) if "==" in entry}


@pytest.mark.parametrize("group", ["render", "dev"])
def test_the_pins_are_those_of_the_project_file(group: str) -> None:
    pinned = pins(group)
    for requirement in PROJECT["dependency-groups"][group]:
        if isinstance(requirement, str):
            name, _, version = requirement.partition("==")
            assert version, f"{requirement} is not exact"
            assert pinned[name].startswith(f"{requirement} ")


@pytest.mark.parametrize("group", ["render", "dev"])
def test_every_pin_has_hashes_and_no_index(group: str) -> None:
    assert [name for name, entry in pins(group).items() if "--hash=sha256:" not in entry] == []
    assert "http" not in (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")


def test_copier_is_the_version_that_the_template_asks_for_or_later() -> None:
    oldest = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["_min_copier_version"]
    (pinned,) = PROJECT["dependency-groups"]["render"]
    assert [int(part) for part in pinned.partition("==")[2].split(".")] >= [int(part) for part in oldest.split(".")]


def test_a_command_that_fails_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    surroundings = {"PATH": "/usr/bin:/bin"}
    with pytest.raises(SystemExit, match=r"^Failed with exit code 1: false$"):
        environment.run(["false"], surroundings)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that is ready for 1.2.3."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.com")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3 · 2026-12-01\n\nBetter.\n", encoding="utf-8")
    commit(tmp_path, "Ready")
    return tmp_path


def test_release_tags_what_agrees(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERSION", "1.2.3")
    release.main(repository)
    assert git(repository, "tag", "--list") == "v1.2.3"
    assert release.obstacles(repository, "1.2.3") == ["The tag v1.2.3 exists."]


@pytest.mark.parametrize("version", ["", "1.2", "v1.2.3", "1.2.3; id", "1.2.3\n"])
def test_release_wants_a_version(repository: Path, version: str) -> None:
    assert release.obstacles(repository, version) == [f"VERSION must look like 1.2.3, not {version!r}."]


def test_release_names_everything_that_disagrees(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "new.txt").write_text("not committed")
    monkeypatch.setenv("VERSION", "1.3.0")
    reasons = [
        "There are uncommitted changes.",
        "pyproject.toml says 1.2.3.",
        "CHANGELOG.md has no heading `## 1.3.0 · <date>`.",
    ]
    with pytest.raises(SystemExit, match="^" + re.escape("Not released. " + " ".join(reasons)) + "$"):
        release.main(repository)
    assert git(repository, "tag", "--list") == ""


def test_the_workflow_has_no_rights_and_pins_its_actions() -> None:
    assert WORKFLOW["permissions"] == {}
    for job in WORKFLOW["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"]
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []


def test_the_ci_script_is_executable_and_skips_nothing() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o100
    assert "REQUIRE_SERVICES=1" in script.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_the_rules_for_the_services_code_are_its_own(default: Path) -> None:
    """Ruff checks `template/` in place with the rules of this file; they must be those of the rendered service."""
    ours = PROJECT["tool"]["ruff"]["lint"]
    theirs = tomllib.loads((default / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert ours["select"] == theirs["select"]
    assert ours["ignore"] == theirs["ignore"]
    for pattern, rules in theirs["per-file-ignores"].items():
        assert set(rules) <= set(ours["per-file-ignores"][f"template/{pattern}"])
