"""Commands and servers for the tests: run to their end, or read line by line and stopped without a trace."""

import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """A command in a process group of its own, and what it has printed so far."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def wait_for(self, text: str, seconds: float) -> None:
        """Return once `text` was printed; fails with the whole output when the command ends or time is up."""
        end = time.monotonic() + seconds
        while text not in self.output:
            assert self.process.poll() is None, f"ended early:\n{self.output}"
            assert time.monotonic() < end, f"{text!r} did not come within {seconds} s:\n{self.output}"
            time.sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGINT, seconds: float = 30) -> int:
        """Signal the whole group, as Ctrl-C in a terminal does, and return the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(timeout=seconds)

    def close(self) -> None:
        """End what is left, for a test that failed half-way."""
        if self.process.poll() is None:
            self.stop(signal.SIGTERM)
        self._reader.join(timeout=10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[Running]:
    """Run a command for the time of a `with` block."""
    command_running = Running(command, folder, environment)
    try:
        yield command_running
    finally:
        command_running.close()


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def make(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    """Run one of the service's own commands; its output when it succeeds."""
    done = subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, f"make {' '.join(arguments)}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
    return done.stdout + done.stderr
