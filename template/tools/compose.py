"""Starts what compose.yml describes, with the program that works on this machine."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = (("docker", "compose"), ("docker-compose",), ("podman", "compose"), ("podman-compose",))
#: An engine that is starting, or hangs.
PATIENCE_SECONDS = 20


class ComposeError(Exception):
    """There is no such program that works, or it could not start the service."""


def working_program() -> Sequence[str]:
    """Return the first program that reaches its engine: clients are often installed without one.

    Raises:
        ComposeError: with what the first one that is installed complains of, in brackets, if there is one.

    """
    complaints = []
    for program in PROGRAMS:
        if shutil.which(program[0]):
            complaint = _complaint(program)
            if complaint is None:
                return program
            complaints.append(f" ({' '.join(program)} is here, but says: {complaint})")
    raise ComposeError("".join(complaints[:1]))


def _complaint(program: Sequence[str]) -> str | None:
    command = [*program, "ps"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith(">")]
    return (lines or ["nothing"])[0].strip() if done.returncode else None


def start(program: Sequence[str], service: str, port: int | None) -> None:
    """Start a service such as `database`, reachable at a port of this machine; what compose prints is shown.

    Raises:
        ComposeError: when it could not.

    """
    # Of those programs only Docker's own waits for a server that is ready in all of its versions.
    wait = ["--wait"] if program[0] == "docker" else []
    command = [*program, "up", "--detach", *wait, service]
    settings = {} if port is None else {f"{service.upper()}_PORT": str(port)}
    if subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=False).returncode:
        raise ComposeError(f"`{' '.join(command)}` failed; it says why above.")
