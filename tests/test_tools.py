"""The small programs behind the Makefile, the pins of the tools, and the workflow."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tools import environment

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
