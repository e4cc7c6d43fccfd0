"""Migrations that tests write."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.cli.conftest import ROOT, Run

Write = Callable[..., None]
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
