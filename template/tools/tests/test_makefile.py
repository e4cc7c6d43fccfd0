"""The Makefile explains itself, works in any folder, and refuses what makes no sense in one line."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "dev", "test", "check", "format", "migrate", "migration", "resource", "bench", "worker", "update", "update-request",
    "help",
}  # fmt: skip
# Answers like a uv that is new enough, and shows what it is asked.
UV = """#!/bin/sh
test "$1" = --version && echo "uv 99.0.0" && exit
printf '[%s]' "$@"; echo " cache=$UV_CACHE_DIR port=$PORT"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the Makefile and its tools to a folder whose name has a space, with a `uv` on PATH that only prints."""
    target = tmp_path / "my service"
    target.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, target)
    shutil.copytree(ROOT / "tools", target / "tools")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    for name in ("MAKEFLAGS", "MAKELEVEL", "UV_CACHE_DIR", "PORT", "PYTHON", "ARGS", "m", "name", "fields"):
        monkeypatch.delenv(name, raising=False)
    return target


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in `folder`."""
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


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
    assert shown == ["[sync]", "[run][app][secrets][init]", "[run][app][migrate]", "[run][app][serve][--reload]"]
    assert "port=8123" in done.stdout.splitlines()[-1]
    assert "cache= " in done.stdout.splitlines()[-1]


def test_check_shows_every_step(folder: Path) -> None:
    shown = make(folder, "check").stdout

    for step in ("ruff format --check", "ruff check", "mypy", "lint-imports", "deptry", "check_migrations", "audit"):
        assert re.search(rf"^uv run .*{step}", shown, re.MULTILINE), step


def test_check_stops_at_the_first_failure(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "uv").write_text('#!/bin/sh\ncase "$*" in *mypy*) exit 1;; --version) echo uv 99.0.0;; esac\n')

    done = make(folder, "check")

    assert done.returncode != 0
    assert "mypy" in done.stdout
    assert "lint-imports" not in done.stdout


def test_a_message_reaches_alembic_as_it_was_typed(folder: Path) -> None:
    done = make(folder, "--silent", "migration", "m=add \"new\" & 'old' $$HOME; rm x")

    assert "[add \"new\" & 'old' $HOME; rm x]" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["migration"], 'm="add invoices"'), (["resource"], "name=invoices"), (["worker"], "no worker to start")],
)
def test_refuses_with_the_sentence_that_helps(folder: Path, arguments: list[str], words: str) -> None:
    done = make(folder, "--silent", *arguments)

    assert done.returncode != 0
    assert words in done.stderr


def test_a_fetched_uv_keeps_its_cache_in_the_project(folder: Path, tmp_path: Path) -> None:
    program = folder / ".tools" / "uv" / "bin" / "uv"
    program.parent.mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "uv", program)
    (tmp_path / "bin" / "uv").write_text("#!/bin/sh\nexit 127\n")

    done = make(folder, "--silent", "migrate")

    assert f"[run][app][migrate] cache={folder}/.tools/uv-cache" in done.stdout
