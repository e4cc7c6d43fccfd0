"""Every command in the documentation works: run here, or run where it is listed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.scratch_database import scratch_database

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

# Too slow for this suite or with an effect outside this folder; who runs each of them.
RUN_ELSEWHERE = {
    "make dev": "the CI of the template, and whoever begins",
    "make test": "this suite is it",
    "make check": "CI",
    "make bench": "CI of the template",
    "make update": "tools/tests/test_update.py",
    "make update-request": "tools/tests/test_update_request.py",
    "make worker": "tools/tests/test_makefile.py",
    "uv sync": "make dev",
    "uv run app serve": "CI of the template",
    "uv run pytest": "this suite is it",
}
# Run here, in a copy of the project with a development .env and a migrated database.
RUN_HERE = ("make ", "uv run app ", "uv run python -m tools.", "cp .env.example ")
# A command for another machine, such as a server, stands in a `console` block and is not run.
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Plays `uv` with the environment of this test: nothing is installed or downloaded.
UV = """#!/bin/sh
case "$1" in
--version) echo "uv 99.0.0" ;;
run) shift; exec "$@" ;;
*) echo "The documentation test does not know: uv $*" >&2; exit 1 ;;
esac
"""


def blocks() -> Iterator[tuple[Path, str, str]]:
    """Yield document, language and text of every fenced block."""
    for document in DOCUMENTS:
        for language, text in FENCE.findall(document.read_text(encoding="utf-8")):
            yield document.relative_to(ROOT), language, text


def commands() -> list[str]:
    """Return every command line of every `sh` block once, without its comment."""
    found = {}
    for _, language, text in blocks():
        if language == "sh":
            for line in text.replace("\\\n", " ").splitlines():
                found[re.sub(r"(^|\s+)#\s.*$", "", line).strip()] = True
    return [line for line in found if line]


def is_run_elsewhere(command: str) -> bool:
    """Tell whether a command, with or without arguments, is on the list."""
    return any(command == known or command.startswith(f"{known} ") for known in RUN_ELSEWHERE)


COMMANDS = commands()


def test_the_documentation_says_how_to_run_test_and_check() -> None:
    assert {"make dev", "make test", "make check"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_somebody_runs(command: str) -> None:
    assert is_run_elsewhere(command) or command.startswith(RUN_HERE), f"nobody runs `{command}`; see the lists above"


@pytest.mark.parametrize("language", ["bash", "shell", "zsh"])
def test_no_command_hides_in_a_block_that_is_not_read(language: str) -> None:
    assert [str(document) for document, found, _ in blocks() if found == language] == []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Copy the project to a folder of its own, with a development .env and a database of its own."""
    target = tmp_path_factory.mktemp("documented") / "my service"
    ignored = shutil.ignore_patterns(".*_cache", "__pycache__", ".venv", ".tools", ".git", ".env", "*.db*", "build")
    shutil.copytree(ROOT, target, ignore=ignored)
    programs = target / "bin"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    with scratch_database() as url, pytest.MonkeyPatch.context() as patch:
        # Stronger than `.env`, in which every service of this name has the same one.
        patch.setenv("DATABASE_URL", url)
        run("uv run app secrets init && uv run app migrate", target)
        yield target


def run(command: str, folder: Path) -> None:
    """Run a command line in which `uv run` means the environment of this test; show what it printed if it fails."""
    # Without bytecode on disk every start would compile every library again; make would take over our own flags.
    unwanted = {"PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MAKELEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment
        | {
            "PATH": os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": str(folder / "src"),
            "ADMIN_PASSWORD": "a password for this test only",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


# One after the other in one worker (`--dist loadfile`): the copy is made once, and each command is a process anyway.
@pytest.mark.parametrize("command", [command for command in COMMANDS if not is_run_elsewhere(command)])
def test_the_command_works(command: str, project: Path) -> None:
    if (ROOT / "src" / "app" / "invoices").exists():
        # The documents' example is a domain of this service by now.
        command = command.replace("name=invoices", "name=documented_invoices")
    run(command, project)
