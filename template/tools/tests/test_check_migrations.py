"""The migrations hold, and the check that says so sees each way in which they could not."""

import shutil
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from tools import check_migrations

ROOT = Path(__file__).resolve().parents[2]
REVISION = '''
"""A migration that somebody wrote."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the migrations of this service."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    return tmp_path


def add_revision(project: Path, revision: str, *, upgrade: str = "pass", downgrade: str = "pass") -> None:
    """Add a migration on top of the newest one of this service."""
    head = ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml")).get_current_head()
    text = REVISION.format(revision=revision, down_revision=head, upgrade=upgrade, downgrade=downgrade)
    (project / "migrations" / "versions" / f"{revision}.py").write_text(text, encoding="utf-8")


def test_the_migrations_of_this_service_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = check_migrations.main()

    printed = capsys.readouterr()
    assert printed.err == ""
    assert code == 0
    assert [line.endswith(": ok") for line in printed.out.splitlines()] == [True] * 5


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "step", "words"),
    [
        ("op.drop_table('missing')", "pass", "upgrade from nothing", "missing"),
        ("op.create_table('stray', sa.Column('id', sa.Integer))", "pass", "models and migrations agree", "stray"),
        ("pass", "raise NotImplementedError('one way only')", "downgrade to nothing", "one way only"),
        ("op.execute('CREATE VIEW left_behind AS SELECT 1')", "pass", "upgrade again", "left_behind"),
    ],
)
def test_names_the_step_that_fails_and_why(
    project: Path, capsys: pytest.CaptureFixture[str], upgrade: str, downgrade: str, step: str, words: str
) -> None:
    add_revision(project, "ffff01", upgrade=upgrade, downgrade=downgrade)

    assert check_migrations.main(project) == 1
    message = capsys.readouterr().err
    assert f"migrations: {step}: FAILED" in message
    assert words in message


def test_refuses_two_heads_and_names_them(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_revision(project, "ffff01")
    add_revision(project, "ffff02")

    assert check_migrations.main(project) == 1
    message = capsys.readouterr().err
    assert "no branches" in message
    assert "ffff01" in message
    assert "ffff02" in message
