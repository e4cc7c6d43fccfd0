"""Command lines of the documents, run in a copy of the project with the environment of the tests."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import anyio

from tests.operations.forks import Program, fork
from tests.operations.service import START

# One of the service's own commands, with nothing in it that only a shell understands.
OWN = re.compile(r"uv run app ([^|&;<>$`]+)")
# Plays `uv` with the environment of this test: nothing is installed or downloaded.
UV = """#!/bin/sh
case "$1" in
--version) echo "uv 99.0.0" ;;
run) shift; exec "$@" ;;
*) echo "The documentation test does not know: uv $*" >&2; exit 1 ;;
esac
"""
PATIENCE_SECONDS = 60


def install_uv(folder: Path) -> None:
    """Put what plays `uv` into the copy."""
    (folder / "bin").mkdir()
    (folder / "bin" / "uv").write_text(UV)
    (folder / "bin" / "uv").chmod(0o755)


def run(command: str, folder: Path) -> None:
    """Run one in a copy that has it; show what it printed if it fails."""
    # Without bytecode on disk every start would compile every library again; make would take over our own flags.
    unwanted = {"PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MAKELEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | {
        "PATH": os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(folder / "src"),
        "ADMIN_PASSWORD": "a password for this test only",
    }
    own = OWN.fullmatch(command)
    run_one = run_own if own else run_in_shell
    code, printed = run_one(own[1] if own else command, folder, environment)
    assert code == 0, f"{command}\n{printed}"


def run_in_shell(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Return the exit code, and what was printed."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def run_own(arguments: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Return the same of a process that begins with the application imported, which is most of what commands take."""
    output, complaints = folder.parent / "output", folder.parent / "complaints"
    program = Program(START, shlex.split(arguments), folder, environment, stdout=output, stderr=complaints)

    async def code() -> int:
        with anyio.fail_after(PATIENCE_SECONDS):
            return await (await fork(program)).wait()

    return anyio.run(code), output.read_text() + complaints.read_text()
