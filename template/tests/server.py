"""Fixtures of the database, for a server: each worker makes a database, every test begins with empty tables."""

from collections.abc import Callable, Iterator

import pytest
from alembic import command
from alembic.config import Config
from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import delete, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.core.dialect import create_database, drop_database
from app.core.models import Base
from app.metadata import import_models
from tests.database import ROOT, require_test_database
from tests.operations.service import free_port
from tools.scratch_database import new_url

import_models()
TABLES = Base.metadata.sorted_tables


@pytest.fixture(scope="session")
def administrator() -> Iterator[BlockingPortal]:
    """Return an event loop in a thread of its own: tests without a loop need the database, too."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def worker_url(administrator: BlockingPortal) -> Iterator[str]:
    """Return the address of a database that the migrations have built, once per worker; dropped at the end."""
    url = require_test_database(new_url())
    build(administrator, url)
    yield url
    administrator.call(drop_database, url)


def build(administrator: BlockingPortal, url: str) -> None:
    """Make a database with the migrations."""
    administrator.call(create_database, url)
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["database_url"] = url
    command.upgrade(config, "head")


@pytest.fixture(scope="session")
def shared_url(worker_url: str) -> str:
    """Return the address of a database in which nobody writes."""
    return worker_url


@pytest.fixture
def empty_url(administrator: BlockingPortal) -> Iterator[str]:
    """Return the address of a database without tables."""
    url = require_test_database(new_url())
    administrator.call(create_database, url)
    yield url
    administrator.call(drop_database, url)


@pytest.fixture(scope="session")
def cleaner(administrator: BlockingPortal, worker_url: str) -> Iterator[AsyncEngine]:
    """Return a connection that empties the tables."""
    engine = create_async_engine(worker_url, pool_size=1)
    yield engine
    administrator.call(engine.dispose)


@pytest.fixture
def database_url(administrator: BlockingPortal, worker_url: str, cleaner: AsyncEngine) -> Iterator[str]:
    """Return the address of a database of this worker's own, whose tables are empty."""
    yield worker_url
    administrator.call(_empty, cleaner)


async def _empty(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for table in reversed(TABLES):
            await connection.execute(delete(table))


@pytest.fixture
def read_everything(administrator: BlockingPortal, cleaner: AsyncEngine, database_url: str) -> Callable[[], str]:
    """Return a function that gives all that is stored."""

    async def read() -> str:
        async with cleaner.connect() as connection:
            return repr([list(await connection.execute(select(table))) for table in TABLES])

    return lambda: administrator.call(read)


@pytest.fixture
def url_of_nobody(worker_url: str) -> str:
    """Return the address of a server that is away."""
    return make_url(worker_url).set(host="127.0.0.1", port=free_port()).render_as_string(hide_password=False)
