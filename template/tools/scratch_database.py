"""Databases that tools and tests make and remove. Their names end in `_test`, so they are nobody's.

The server is that of `TEST_DATABASE_URL`, else that of `DATABASE_URL`, else the one that `make dev` uses.
"""

import asyncio
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic_settings import BaseSettings, SettingsConfigDict

from app import DISTRIBUTION
from app.core.dialect import DEVELOPMENT_URL, DatabaseSettings, create_database, drop_database, scratch_url


class Server(BaseSettings):
    """Where databases are made."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    test_database_url: str | None = None
    database_url: str = DEVELOPMENT_URL


_server = Server()
# Kept for the workers of a test run: they start after the tests have forgotten the settings of the shell.
SERVER_URL = os.environ.setdefault("TEST_DATABASE_URL", _server.test_database_url or _server.database_url)


def new_url() -> str:
    """Return the address of a database that nobody has: workers and suites that run side by side share a server.

    Its name says in which hour it was made, for those who find it later.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = DatabaseSettings.with_driver(SERVER_URL)
    return scratch_url(url, f"{worker}_{_hour():05x}{uuid.uuid4().hex[:7]}_test")


def hours_old(name: str) -> int | None:
    """Return how many hours ago a database was made by this service's tools and tests; None when it was not."""
    found = re.fullmatch(rf"{DISTRIBUTION.replace('-', '_')}_(?:main|gw\d+)_([0-9a-f]{{5}})[0-9a-f]{{7}}_test", name)
    return None if found is None else _hour() - int(found[1], 16)


def _hour() -> int:
    return int(time.time()) // 3600


@contextmanager
def scratch_database() -> Iterator[str]:
    """Make an empty database for the time of a `with` block."""
    url = new_url()
    asyncio.run(create_database(url))
    try:
        yield url
    finally:
        asyncio.run(drop_database(url))
