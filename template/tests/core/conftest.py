"""A database with a table of samples."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from app.core.database import Database
from tests.core.samples import Own


@pytest.fixture
async def samples(new_database: Callable[..., Database]) -> AsyncIterator[Database]:
    """Return such a database."""
    database = new_database(database_pool_size=2)
    for change in (Own.metadata.create_all, Own.metadata.drop_all):
        async with database.transaction() as session:
            connection = await session.connection(bind_arguments={"clause": text("")})
            await connection.run_sync(change)
        if change == Own.metadata.create_all:
            yield database
    await database.aclose()
