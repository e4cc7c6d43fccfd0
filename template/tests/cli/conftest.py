"""Running the service's commands in this process."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli

Run = Callable[..., Result]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a function that runs one command in the project's folder: `run("keys", "list", JWT_KEYS=...)`."""
    monkeypatch.chdir(ROOT)
    before = dict(os.environ)

    def run(*command: str, stdin: str | None = None, **overrides: str) -> Result:
        return CliRunner().invoke(cli, command, input=stdin, env=environment | overrides)

    yield run
    os.environ.clear()
    os.environ.update(before)


async def in_thread(run: Run, *command: str, stdin: str | None = None, **overrides: str) -> Result:
    """Run a command that starts an event loop of its own, beside the test's."""
    return await asyncio.to_thread(run, *command, stdin=stdin, **overrides)
