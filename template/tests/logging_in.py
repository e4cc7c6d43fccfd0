"""Fixtures of a service with a database and accounts: what its parts are made of."""

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr

from app.core.database import Database
from app.core.dialect import DatabaseSettings, connect
from app.core.settings import Settings
from app.emails.mailer import MemoryMailer
from app.resources import Resources, build_resources
from app.security.keys import KeySet, SigningKey
from app.security.passwords import PasswordHasher
from app.security.settings import SecuritySettings

pytest_plugins = ["tests.cli.migrations"]


@pytest.fixture(scope="session")
def keys() -> KeySet:
    """Return signing keys made for this run."""
    return KeySet((SigningKey.generate(),))


@pytest.fixture
def environment(database_url: str, keys: KeySet) -> dict[str, str]:
    """Return what a process of the service needs to be told."""
    return {"ENVIRONMENT": "test", "DATABASE_URL": database_url, "JWT_KEYS": keys.dump()}


@pytest.fixture(scope="session")
def shared_environment(shared_url: str, keys: KeySet) -> dict[str, str]:
    """Return the same for a process that writes nothing."""
    return {"ENVIRONMENT": "test", "DATABASE_URL": shared_url, "JWT_KEYS": keys.dump()}


@pytest.fixture
def database_settings(database_url: str) -> DatabaseSettings:
    """Return settings of the database."""
    return DatabaseSettings(environment="test", database_url=SecretStr(database_url))


@pytest.fixture
def new_database(database_settings: DatabaseSettings) -> Callable[..., Database]:
    """Return a function that connects to this test's database once more: `new_database(database_pool_size=1)`."""

    def make(**changes: object) -> Database:
        return Database(connect(database_settings.model_copy(update=changes)))

    return make


@pytest.fixture(scope="session")
def security(keys: KeySet) -> SecuritySettings:
    """Return settings of accounts."""
    return SecuritySettings(environment="test", jwt_keys=SecretStr(keys.dump()))


@pytest.fixture
def hasher() -> PasswordHasher:
    """Return a hasher that is as cheap as argon2 allows."""
    return PasswordHasher(memory_kib=8, passes=1)


@pytest.fixture
async def resources(
    settings: Settings,
    security: SecuritySettings,
    new_database: Callable[..., Database],
    mailer: MemoryMailer,
    hasher: PasswordHasher,
) -> AsyncIterator[Resources]:
    """Return the parts of the service."""
    resources = build_resources(settings, security, database=new_database(), mailer=mailer, passwords=hasher)
    yield resources
    await resources.aclose()
