"""Starts what compose.yml describes, with the program that works on this machine."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.settings import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = (("docker", "compose"), ("docker-compose",), ("podman", "compose"), ("podman-compose",))
#: Where compose.yml lets servers listen; what is elsewhere is somebody's.
HERE = {"localhost", "127.0.0.1"}
#: An engine that is starting, or hangs.
PATIENCE_SECONDS = 20


class ComposeError(Exception):
    """There is no such program that works, or it could not start the service."""


@dataclass(frozen=True)
class Absence:
    """A server that does not answer: what is said of it and why, its address, and the variable for another one.

    `service` is its name in compose.yml, `start_seconds` how long it may take until it answers.
    """

    nobody: str
    reason: str
    service: str
    host: str | None
    port: int | None
    variable: str
    start_seconds: float

    def end(self, answers: Callable[[], bool], *, ours: bool) -> None:
        """Start the server, and wait until it answers; not where it is somebody else's to start.

        Raises:
            ComposeError: with what is to be done by hand.

        """
        if not ours or self.host not in HERE:
            raise ComposeError(f"{self.nobody}{self.reason}: start it, or set {self.variable}.")
        try:
            program = working_program()
        except ComposeError as complaint:
            options = f"start it, install Docker or Podman{complaint}, or set {self.variable}"
            raise ComposeError(f"{self.nobody}{self.reason}: {options}.") from None
        print(f"{self.nobody}: starting one with {' '.join(program)}.", file=sys.stderr, flush=True)
        start(program, self.service, self.port)
        end = time.monotonic() + self.start_seconds
        while not answers():
            if time.monotonic() > end:
                logs = f"{' '.join(program)} logs {self.service} says why"
                raise ComposeError(f"{self.nobody}, although it was started: {logs}.")
            time.sleep(0.5)


def report(prepare: Callable[[], None]) -> int:
    """See to a server; return 0 when it can be used, else print in one line what is to be done and return 1."""
    try:
        prepare()
    except (ConfigurationError, ComposeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


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
