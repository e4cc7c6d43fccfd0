"""What `make test-deps` decides; the weekly job of the workflow runs it as a whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tools import dependencies

PROJECT = """\
[project]
dependencies = ["fastapi>=0.163,<0.166", "pwdlib[argon2]>=0.3", "uvloop>=0.22; sys_platform != 'win32'"]
[dependency-groups]
dev = ["idna>=3.11", "mypy>=2.4"]
"""
LOCKED = {
    "fastapi": "0.163.0",
    "pwdlib": "0.3.0",
    "uvloop": "0.22.1",
    "idna": "3.18",
    "mypy": "2.4.0",
    "anyio": "4.16.0",
}


def write_project(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    packages = [f'[[package]]\nname = "{name}"\nversion = "{version}"\n' for name, version in LOCKED.items()]
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "uv.lock").write_text("".join(packages) + '[[package]]\nname = "service"\n', encoding="utf-8")


def test_a_floor_that_no_test_reaches_is_named(tmp_path: Path) -> None:
    write_project(tmp_path)
    assert dependencies.untested_floors(tmp_path) == [
        "uvloop>=0.22 was not tested: the lowest version that fits here is 0.22.1. Raise the floor.",
        "idna>=3.11 was not tested: the lowest version that fits here is 3.18. Raise the floor.",
    ]


def test_the_sets_are_as_low_and_as_new_as_can_be() -> None:
    assert dependencies.version_sets(datetime(2026, 12, 1, 4, 17, tzinfo=UTC), "3.14.2") == {
        "lowest": {"UV_RESOLUTION": "lowest-direct", "UV_PYTHON": "3.11"},
        "newest": {"UV_EXCLUDE_NEWER": "2026-12-01T04:17:00+00:00", "UV_PYTHON": "3.14.2"},
    }


def test_the_newest_python_is_a_release_that_everybody_has() -> None:
    found = [
        {"version": "3.9.18", "implementation": "cpython", "variant": "default"},
        {"version": "3.13.1", "implementation": "cpython", "variant": "default"},
        {"version": "3.14.0", "implementation": "cpython", "variant": "freethreaded"},
        {"version": "3.15.0a2", "implementation": "cpython", "variant": "default"},
        {"version": "3.16.0", "implementation": "pypy", "variant": "default"},
    ]
    assert dependencies.newest(found) == "3.13.1"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for what is rendered, and two sets to run; nothing is rendered or installed."""
    monkeypatch.setattr(dependencies, "ROOT", tmp_path)
    monkeypatch.setattr(dependencies, "BUILD", tmp_path)
    monkeypatch.setattr(dependencies, "render", lambda folder, *options, environment: write_project(folder))
    monkeypatch.setattr(dependencies, "installed_pythons", lambda environment: [])
    monkeypatch.setattr(dependencies, "newest", lambda pythons: "3.13.1")
    return tmp_path


def test_a_command_that_fails_ends_its_set_but_not_the_other(
    build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    by_set = ["sh", "-c", 'echo "$UV_PYTHON" >> ran; echo "all its words"; test -n "$UV_EXCLUDE_NEWER"']
    monkeypatch.setattr(dependencies, "COMMANDS", (by_set, ["touch", "later"]))
    with pytest.raises(SystemExit, match=r"^1$"):
        dependencies.main()
    words, lowest, newest = capsys.readouterr().out.splitlines()
    assert words == "all its words"
    assert lowest.startswith("lowest: 0 s, Python 3.11, fastapi 0.163.0, mypy 2.4.0: `sh -c echo")
    assert lowest.endswith("failed, see deps-lowest.log.")
    assert newest == "newest: 0 s, Python 3.13.1, fastapi 0.163.0, mypy 2.4.0: passed"
    assert not (build / "deps-lowest" / "later").exists()
    assert (build / "deps-newest" / "later").exists()


def test_floors_that_were_not_reached_fail_the_lowest_set_only(
    build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dependencies, "COMMANDS", ())
    with pytest.raises(SystemExit, match=r"^1$"):
        dependencies.main()
    lowest, newest = capsys.readouterr().out.splitlines()
    assert "uvloop>=0.22 was not tested" in lowest
    assert newest.endswith(": passed")


def test_the_callers_wishes_to_uv_do_not_count(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a mirror's date in the caller's environment would keep the newest versions away."""
    for name in dependencies.UNWANTED:
        monkeypatch.setenv(name, "the caller's")
    seen: list[dict[str, str]] = []

    def passes(name: str, environment: dict[str, str], choice: dict[str, str]) -> bool:
        seen.append(environment)
        return True

    monkeypatch.setattr(dependencies, "passes", passes)
    dependencies.main()
    assert len(seen) == 2
    assert "the caller's" not in {value for environment in seen for value in environment.values()}


def test_a_job_of_every_week_runs_it() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["dependencies"]
    assert job["if"] == "github.event_name == 'schedule'"
    assert job["steps"][-1]["run"] == "make test-deps"
    assert job["steps"][-2]["with"]["python-version"].split()[0] == dependencies.OLDEST_PYTHON
