"""Fixtures of the database, for SQLite: every test has a copy of a file that the migrations have built."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from tests.database import ROOT, require_test_database


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file that the migrations have built, once per worker."""
    file = tmp_path_factory.mktemp("database") / "migrated_test.db"
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["database_url"] = require_test_database(f"sqlite+aiosqlite:///{file}")
    command.upgrade(config, "head")
    return file


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """Return the address of a database of this test's own."""
    file = tmp_path / "service_test.db"
    shutil.copy(migrated_file, file)
    return require_test_database(f"sqlite+aiosqlite:///{file}")


@pytest.fixture(scope="session")
def shared_url(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a database in which nobody writes."""
    file = tmp_path_factory.mktemp("database") / "shared_test.db"
    shutil.copy(migrated_file, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """Return the address of a database without tables."""
    return f"sqlite+aiosqlite:///{tmp_path}/empty_test.db"


@pytest.fixture
def read_everything(database_url: str) -> Callable[[], str]:
    """Return a function that gives all that is stored, deleted rows included."""
    file = Path(make_url(database_url).database or "")

    def read() -> str:
        return "".join(part.read_text(errors="replace") for part in file.parent.glob(f"{file.name}*"))

    return read


@pytest.fixture
def url_of_nobody(tmp_path: Path) -> str:
    """Return the address of a database that is away."""
    return f"sqlite+aiosqlite:///{tmp_path}/away/service_test.db"
