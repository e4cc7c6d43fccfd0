"""The Makefile explains itself, works in any folder, and refuses what makes no sense in one line."""

import re
import shutil
from pathlib import Path

from tools.tests.playing_uv import make

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "dev", "test", "lint", "check", "hooks", "format", "migrate", "migration", "resource", "bench", "worker", "update",
    "update-request", "help",
}  # fmt: skip


def test_help_explains_every_command_in_a_line(folder: Path) -> None:
    done = make(folder, "help")

    assert done.returncode == 0
    lines = dict(re.findall(r"^make ([\w-]+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert lines.keys() == declared() - {"uv"}
    assert lines.keys() >= COMMANDS
    assert make(folder).stdout == done.stdout


def declared() -> set[str]:
    """Return the commands of the Makefile: the template's, and those that the team has added."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {name for line in re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE) for name in line.split()}


def test_every_command_is_declared_as_one() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(targets) == declared()


def test_dev_runs_in_a_folder_with_a_space_and_hands_on_the_port(folder: Path) -> None:
    done = make(folder, "--silent", "dev", "PORT=8123")

    assert done.returncode == 0, done.stderr
    shown = [line.partition(" ")[0] for line in done.stdout.splitlines()]
    assert shown[:2] == ["[sync]", "[run][app][secrets][init]"]
    assert shown[-1] == "[run][app][serve][--reload]"
    assert "port=8123" in done.stdout.splitlines()[-1]
    assert "cache= " in done.stdout.splitlines()[-1]


def test_check_shows_every_step(folder: Path) -> None:
    shown = make(folder, "check").stdout

    for step in ("ruff format --check", "ruff check", "mypy", "lint-imports", "deptry", "audit"):
        assert re.search(rf"^uv run .*{step}", shown, re.MULTILINE), step


def test_check_stops_at_the_first_failure(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "uv").write_text('#!/bin/sh\ncase "$*" in *mypy*) exit 1;; --version) echo uv 99.0.0;; esac\n')

    done = make(folder, "check")

    assert done.returncode != 0
    assert "mypy" in done.stdout
    assert "lint-imports" not in done.stdout


def test_a_fetched_uv_keeps_its_cache_in_the_project(folder: Path, tmp_path: Path) -> None:
    program = folder / ".tools" / "uv" / "bin" / "uv"
    program.parent.mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "uv", program)
    (tmp_path / "bin" / "uv").write_text("#!/bin/sh\nexit 127\n")

    done = make(folder, "--silent", "format")

    assert f"[run][ruff][format][.] cache={folder}/.tools/uv-cache" in done.stdout
