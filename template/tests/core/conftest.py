"""A database with a table of samples."""

from collections.abc import AsyncIterator, Callable

import pytest

from app.core.database import Database
from tests.core.samples import Own
from tests.core.tables import tables


@pytest.fixture
async def samples(new_database: Callable[..., Database]) -> AsyncIterator[Database]:
    """Return such a database."""
    database = new_database(database_pool_size=2)
    async with tables(database, Own.metadata):
        yield database
    await database.aclose()
