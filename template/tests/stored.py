"""Fixtures of a service with a database."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from app.core.database import Database
from app.core.dialect import DatabaseSettings, connect

pytest_plugins = ["tests.cli.migrations"]


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
