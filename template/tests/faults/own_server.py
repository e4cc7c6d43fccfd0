"""A database server of a test's own, which it may kill."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.server import build


@dataclass
class OwnServer:
    """A server on a port of its own; `address` is that of its first database, `url` of the one with our tables."""

    command: Sequence[str]
    folder: Path
    account: str | None
    address: str
    url: str
    leave: signal.Signals
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it answers; what is left of the last one may still hold its files for a moment."""
        await self.ended()
        async with asyncio.timeout(60):
            while not await self._answers():
                if self.process is None or self.process.poll() is not None:
                    self.process = run(self.command, self.folder, self.account)
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """End it like a power cut."""
        self._send(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to leave at once, whoever is connected."""
        self._send(self.leave)

    async def ended(self) -> None:
        """Wait until its process is gone."""
        if self.process is not None:
            await asyncio.to_thread(self.process.wait, 60)

    def _send(self, sent: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(sent)

    async def _answers(self) -> bool:
        engine = create_async_engine(self.address, poolclass=NullPool)
        try:
            async with engine.connect():
                return True
        except (DBAPIError, OSError):
            return False


@contextmanager
def serving(administrator: BlockingPortal, server: OwnServer) -> Iterator[None]:
    """Run a server with our tables while the block runs; it does not outlive the block, whatever happens there."""
    try:
        administrator.call(server.start)
        build(administrator, server.url)
        yield
    finally:
        server.kill()
        administrator.call(server.ended)


@contextmanager
def own_folder(*accounts: str) -> Iterator[tuple[Path, str | None]]:
    """Make a folder, and choose the account that it belongs to: no server runs as root.

    Not below pytest's folders, which no other account can enter; and sockets need a short path.
    """
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        account = None
        if os.geteuid() == 0:
            known = {entry.pw_name for entry in pwd.getpwall()}
            account = next(candidate for candidate in (*accounts, "nobody") if candidate in known)
            shutil.chown(name, account)
        yield Path(name), account


def run(command: Sequence[str], folder: Path, account: str | None) -> subprocess.Popen[bytes]:
    """Start a program of the server in its folder; what it says goes to a file there."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - programs of the server, found by `find`
            command, cwd=folder, user=account, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def find(program: str, *folders: str) -> str:
    """Return the path of a program of the server, or end the test."""
    places = [str(place) for folder in folders for place in sorted(Path("/").glob(folder.strip("/")), reverse=True)]
    found = shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *places]))
    return found or _missing(program)


def _missing(program: str) -> NoReturn:
    line = f"{program} is not on this machine, and a test of faults kills a server of its own."
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(line, pytrace=False)
    pytest.skip(line)
