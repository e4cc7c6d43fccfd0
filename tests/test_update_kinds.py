"""Each kind of change that a release can bring, in a service that a team lives in."""

import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import copier
import pytest

from tests.living import (
    EDITS,
    IDENTITY,
    append,
    assert_no_conflict,
    changes,
    commit,
    git_template,
    live,
    tree,
    update,
)
from tools.git import git

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
QUESTION = """
colour:
  type: str
  default: blue
  help: Which colour has the logo?
  choices:
    Blue: blue
    Red: red
"""


@pytest.fixture(scope="module")
def released(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template in git with one release."""
    return git_template(template, tmp_path_factory.mktemp("released") / "template", tag="v1.0.0")


@pytest.fixture(scope="module")
def lived_in(released: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """A service of that release with the work of a team in it."""
    folder = tmp_path_factory.mktemp("lived-in") / "service"
    copier.run_copy(str(released), folder, defaults=True, quiet=True, unsafe=False)
    commit(folder, "Begin")
    live(folder, {}, clean_environment | IDENTITY)
    return folder


@pytest.fixture
def service(lived_in: Path, tmp_path: Path) -> Path:
    """A clone of it for this test; what git does not track stays behind."""
    git(tmp_path, "clone", "--quiet", str(lived_in), "service")
    return tmp_path / "service"


@pytest.fixture
def release(released: Path, service: Path, tmp_path: Path) -> Callable[[Callable[[Path], None]], None]:
    """Return a function that releases a change of the template and lets the service come from there."""
    git(tmp_path, "clone", "--quiet", str(released), "template")
    answers = service / ".copier-answers.yml"
    text = answers.read_text(encoding="utf-8").replace(f"_src_path: {released}", f"_src_path: {tmp_path / 'template'}")
    answers.write_text(text, encoding="utf-8")
    commit(service, "The template moved")

    def publish(change: Callable[[Path], None]) -> None:
        change(tmp_path / "template")
        commit(tmp_path / "template", "Change something", tag="v1.1.0")

    return publish


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def make_update(service: Path, environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run the service's own command."""
    return subprocess.run(
        ["make", "--no-print-directory", "update", f"ARGS={' '.join(options)}"],
        cwd=service,
        env=environment | IDENTITY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def assert_edits_are_there(service: Path) -> None:
    assert [edit for edit in EDITS if edit.text not in (service / edit.path).read_text(encoding="utf-8")] == []


def test_a_bumped_dependency_near_one_of_the_team(release: Callable[..., None], service: Path) -> None:
    old, new = '"fastapi>=0.163,<0.166"', '"fastapi>=0.165,<0.167"'
    release(lambda template: replace(template / "template/pyproject.toml.jinja", old, new))
    update(service)
    assert_no_conflict(service)
    assert_edits_are_there(service)
    assert new in (service / "pyproject.toml").read_text(encoding="utf-8")


def test_a_changed_line_right_beside_an_edit_is_asked_about(
    release: Callable[..., None], service: Path, clean_environment: dict[str, str]
) -> None:
    release(lambda template: replace(template / "template/pyproject.toml.jinja", '"idna>=3.18"', '"idna>=3.19"'))
    done = make_update(service, clean_environment)
    assert done.returncode != 0
    assert "  pyproject.toml\n" in done.stderr
    text = (service / "pyproject.toml").read_text(encoding="utf-8")
    assert '"humanize>=4.9"' in text
    assert '"idna>=3.19"' in text


def test_an_added_file(release: Callable[..., None], service: Path) -> None:
    release(lambda template: (template / "template/src/app/web/etags.py").write_text('"""Entity tags."""\n'))
    update(service)
    assert changes(service) == {".copier-answers.yml": "M", "src/app/web/etags.py": "A"}


def test_an_added_question_takes_its_default(release: Callable[..., None], service: Path) -> None:
    def ask(template: Path) -> None:
        append(template / "copier.yml", QUESTION)
        replace(template / "copier.yml", "'example',", "'example', 'colour',")

    release(ask)
    update(service)
    assert changes(service) == {".copier-answers.yml": "M"}
    assert "colour: blue\n" in (service / ".copier-answers.yml").read_text(encoding="utf-8")


def test_a_renamed_module_keeps_its_old_name(release: Callable[..., None], service: Path) -> None:
    def rename(template: Path) -> None:
        core = template / "template/src/app/core"
        (core / "clock.py").rename(core / "moments.py")
        (core / "clock.py").write_text('"""Now app.core.moments."""\n\nfrom app.core.moments import utc_now, uuid7\n')

    append(service / "src/app/core/clock.py", "\n# Ticks in UTC.\n")
    commit(service, "Say it")
    release(rename)
    before = tree(service).keys()
    update(service)
    assert before <= tree(service).keys()
    assert "def utc_now" in (service / "src/app/core/moments.py").read_text(encoding="utf-8")
    shim = (service / "src/app/core/clock.py").read_text(encoding="utf-8")
    assert "import utc_now, uuid7" in shim
    assert "# Ticks in UTC." in shim


def test_a_removed_file_that_was_edited_is_named(
    release: Callable[..., None], service: Path, clean_environment: dict[str, str]
) -> None:
    append(service / "deploy/nginx.conf", "# Ours.\n")
    commit(service, "Say it")
    release(lambda template: (template / "template/deploy/nginx.conf").unlink())
    done = make_update(service, clean_environment)
    assert done.returncode == 0, done.stderr
    assert "  deploy/nginx.conf\n" in done.stdout
    assert "# Ours." in git(service, "show", "HEAD:deploy/nginx.conf")


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
