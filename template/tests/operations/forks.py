"""Processes that begin with the application imported: copies of one that has done nothing else.

Importing is most of the second that a service needs to start, and dozens of tests start one. `test_start.py` starts it
from nothing, as everybody does.
"""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

import anyio


@cache
def forkserver() -> ForkServerContext:
    """Return what starts the process that is copied, once it is needed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.cli", "app.main"])
    return context


@dataclass(frozen=True)
class Program:
    """Python code with its arguments, where it runs, with these variables and no others, and where it prints to."""

    code: str
    arguments: Sequence[str]
    folder: Path
    environment: dict[str, str]
    stdout: Path
    stderr: Path

    def run(self) -> None:
        """Be this program from now on, in a session of its own."""
        os.setsid()
        os.chdir(self.folder)
        for number, file, mode in ((0, Path(os.devnull), "rb"), (1, self.stdout, "wb"), (2, self.stderr, "wb")):
            with file.open(mode) as opened:
                os.dup2(opened.fileno(), number)
        # The server hands it on to its workers.
        sys.stdin = os.fdopen(0, closefd=False)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.argv = ["app", *self.arguments]
        exec(self.code, {"__name__": "__main__"})  # noqa: S102 - our own code


class Process(Protocol):
    """What tests ask of a process."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def send_signal(self, signal: int, /) -> None: ...
    async def wait(self) -> int: ...


class Fork:
    """A copy that runs a program."""

    def __init__(self, program: Program) -> None:
        for file in (program.stdout, program.stderr):
            file.touch()  # there for whoever reads it at once
        self._process = forkserver().Process(target=program.run)
        # The program of the tests is not that of their services, so they need not import it.
        with patch.object(sys.modules["__main__"], "__file__", None, create=True):
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, signal: int, /) -> None:
        os.kill(self.pid, signal)

    async def wait(self) -> int:
        while self.returncode is None:
            await anyio.wait_readable(self._process.sentinel)
        return self.returncode


async def fork(program: Program) -> Process:
    """Run a program in a copy."""
    return Fork(program)
