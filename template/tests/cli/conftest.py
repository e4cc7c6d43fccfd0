"""Running the service's commands in this process."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from typer.testing import CliRunner, Result

from app.cli import cli

Run = Callable[..., Result]
Write = Callable[..., None]
ROOT = Path(__file__).parent.parent.parent
MIGRATION = '''
"""A migration that somebody wrote."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("stray", sa.Column("id", sa.Integer))
    {upgrade}
'''


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a function that runs one command in the project's folder: `run("keys", "list", JWT_KEYS=...)`."""
    monkeypatch.chdir(ROOT)
    environment = {"ENVIRONMENT": "test", **environment}
    before = dict(os.environ)

    def run(*command: str, stdin: str | None = None, **overrides: str) -> Result:
        return CliRunner().invoke(cli, command, input=stdin, env=environment | overrides)

    yield run
    os.environ.clear()
    os.environ.update(before)


async def in_thread(run: Run, *command: str, stdin: str | None = None, **overrides: str) -> Result:
    """Run a command that starts an event loop of its own, beside the test's."""
    return await asyncio.to_thread(run, *command, stdin=stdin, **overrides)


def revisions() -> list[str]:
    """Return the revisions of this service, the first one first."""
    script = ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml"))
    return [revision.revision for revision in script.walk_revisions()][::-1]


@pytest.fixture
def write(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes one more migration; the service is a copy of this one."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    monkeypatch.chdir(tmp_path)

    def write(upgrade: str, revision: str = "ffff01") -> None:
        text = MIGRATION.format(revision=revision, down_revision=revisions()[-1], upgrade=upgrade)
        (tmp_path / "migrations" / "versions" / f"{revision}.py").write_text(text, encoding="utf-8")

    return write
