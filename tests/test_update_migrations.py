"""Migrations that a release or an option brings, in a service whose team has migrations of its own."""

import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.living import append, changes, commit
from tests.team import make_update, replace

MIGRATION = '''"""Add labels.

Revision: 0004_labels
Revises: 0003_items
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_labels"
down_revision = "0003_items"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table("labels", sa.Column("name", sa.String(20), primary_key=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_table("labels")
'''
OPTION = """
labels:
  type: bool
  default: false
  help: Have items labels?
"""
EXCLUSION = """
  - |
    {% if not labels | default(false) %}
    /migrations/versions/0004_labels.py
    {% endif %}
"""


def test_an_added_migration_follows_those_of_the_team_and_keeps_the_rows(
    release: Callable[..., None], service: Path, clean_environment: dict[str, str]
) -> None:
    environment = clean_environment | {"ENVIRONMENT": "development", "DATABASE_URL": f"sqlite:///{service}/kept.db"}

    def app(*arguments: str) -> None:
        command = ["uv", "run", "--quiet", "app", *arguments]
        subprocess.run(command, cwd=service, env=environment, check=True, capture_output=True, timeout=300)

    app("secrets", "init")
    app("migrate")
    app("seed")
    commit(service, "Lock")
    with closing(sqlite3.connect(service / "kept.db")) as database:
        rows = database.execute("SELECT * FROM users").fetchall()
        (team_head,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    assert rows
    release(lambda template: (template / "template/migrations/versions/0004_labels.py").write_text(MIGRATION))

    done = make_update(service, clean_environment)
    assert done.returncode == 0, done.stderr
    assert f"0004_labels.py follows {team_head}; `make migrate` applies it." in done.stdout
    app("migrate")
    with closing(sqlite3.connect(service / "kept.db")) as database:
        assert database.execute("SELECT * FROM users").fetchall() == rows
        assert database.execute("SELECT * FROM labels").fetchall() == []
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0004_labels",)


def test_an_option_brings_its_migration_when_it_is_turned_on_and_leaves_it_when_off(
    release: Callable[..., None], service: Path, clean_environment: dict[str, str]
) -> None:
    file = service / "migrations/versions/0004_labels.py"
    (team,) = (service / "migrations/versions").glob("*_invoices.py")
    head = re.findall(r'^revision = "(.*)"$', team.read_text(encoding="utf-8"), flags=re.MULTILINE)[0]

    def offer(template: Path) -> None:
        append(template / "copier.yml", OPTION)
        replace(template / "copier.yml", "'example',", "'example', 'labels',")
        replace(template / "copier.yml", "\n_exclude:\n", f"\n_exclude:{EXCLUSION}")
        (template / "template/migrations/versions/0004_labels.py").write_text(MIGRATION)

    release(offer)
    assert make_update(service, clean_environment).returncode == 0
    assert not file.exists()
    commit(service, "Update")

    done = make_update(service, clean_environment, "--data labels=true")
    assert done.returncode == 0, done.stderr
    assert f'down_revision = "{head}"' in file.read_text(encoding="utf-8")
    commit(service, "Turn labels on")

    done = make_update(service, clean_environment, "--data labels=false")
    assert done.returncode == 0, done.stderr
    assert "Kept, because it may have run: migrations/versions/0004_labels.py" in done.stdout
    assert changes(service) == {".copier-answers.yml": "M"}
