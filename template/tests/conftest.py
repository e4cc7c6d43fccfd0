"""Fixtures: migrated file → database → resources → app → client; every test has a copy of its own."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from pydantic import SecretStr

from app.api import role_scopes
from app.core.logging import configure_logging
from app.core.settings import Settings
from app.emails.mailer import MemoryMailer
from app.emails.settings import MailSettings
from app.main import create_app
from app.resources import Resources, build_resources
from app.security.keys import KeySet, SigningKey
from app.security.passwords import PasswordHasher
from app.security.settings import SecuritySettings
from tests.database import require_test_database
from tests.factories import People

pytest_plugins = ["tests.running"]
ROOT = Path(__file__).parent.parent

# Tests see neither the developer's `.env` nor settings of the shell.
for group in (Settings, SecuritySettings, MailSettings):
    group.model_config["env_file"] = None
    for name in group.model_fields:
        os.environ.pop(name.upper(), None)


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
def keys() -> KeySet:
    """Return signing keys made for this run."""
    return KeySet((SigningKey.generate(),))


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Return settings of the process."""
    return Settings(environment="test", database_url=SecretStr(database_url), log_level="ERROR")


@pytest.fixture(scope="session")
def security(keys: KeySet) -> SecuritySettings:
    """Return settings of accounts."""
    return SecuritySettings(environment="test", jwt_keys=SecretStr(keys.dump()))


@pytest.fixture
def mailer() -> MemoryMailer:
    """Return a mailer that keeps what is sent."""
    return MemoryMailer()


@pytest.fixture
async def resources(settings: Settings, security: SecuritySettings, mailer: MemoryMailer) -> AsyncIterator[Resources]:
    """Return the parts of the service; hashing is as cheap as argon2 allows."""
    resources = build_resources(settings, security, mailer=mailer, passwords=PasswordHasher(memory_kib=8, passes=1))
    yield resources
    await resources.aclose()


@pytest.fixture(scope="session")
def apps() -> dict[str, FastAPI]:
    """Return the applications of this worker: building the routes takes longer than most tests."""
    return {}


@pytest.fixture
def app(resources: Resources, apps: dict[str, FastAPI]) -> FastAPI:
    """Return the application with the resources of this test; a test that changes it makes its own."""
    kind = resources.settings.model_dump_json(exclude={"database_url"})
    app = apps.get(kind) or apps.setdefault(kind, create_app(resources))
    configure_logging(resources.settings)
    app.state.resources, app.state.draining, app.state.role_scopes = resources, False, role_scopes()
    return app


@pytest.fixture
def new_client(app: FastAPI) -> Callable[[], httpx2.AsyncClient]:
    """Return a function that makes HTTP clients of the application."""

    def make() -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000")

    return make


@pytest.fixture
async def client(new_client: Callable[[], httpx2.AsyncClient]) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client that nobody is logged in with."""
    async with new_client() as client:
        yield client


@pytest.fixture
def people(resources: Resources, new_client: Callable[[], httpx2.AsyncClient]) -> People:
    """Return a maker of users."""
    return People(resources, new_client)
