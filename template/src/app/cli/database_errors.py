"""How commands fail that need the database: in one line that names DATABASE_URL, no password."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.cli import running
from app.cli.errors import EX_CONFIG, EX_TEMPFAIL, fail
from app.core.dialect import TROUBLES, DatabaseSettings
from app.core.errors import Unavailable
from app.core.settings import load_settings
from app.core.troubles import Trouble, trouble_of
from app.core.urls import address
from app.resources import Resources

TEMPORARY = {Trouble.AWAY, Trouble.BUSY, Trouble.LOCKED}
Result = TypeVar("Result")


def run_on_database(action: Callable[[Resources], Awaitable[Result]]) -> Result:
    """Run an action that needs the database and its tables; what keeps it from them is one line and an exit code."""

    async def act(resources: Resources) -> Result:
        try:
            await _require_tables(resources)
            return await action(resources)
        except (Unavailable, DBAPIError) as error:
            # Over HTTP nobody is told more; what the driver said is the cause.
            trouble = trouble_of(error.__cause__ or error, TROUBLES)
            if trouble is None:
                raise
            raise cannot_use(load_settings(DatabaseSettings).url, trouble) from None

    return running.run(act)


def cannot_use(url: str, trouble: Trouble) -> typer.Exit:
    """Print why the database cannot be used, and return what is to be raised."""
    code = EX_TEMPFAIL if trouble in TEMPORARY else EX_CONFIG
    return fail(f"The database of DATABASE_URL ({address(url)}) {trouble.value}.", code=code)


async def _require_tables(resources: Resources) -> None:
    async with resources.database.transaction(read_only=True) as session:
        if await (await session.connection()).run_sync(_is_migrated):
            return
    place = address(load_settings(DatabaseSettings).url)
    raise fail(f"The database of DATABASE_URL ({place}) has no tables; run `app migrate`.", code=EX_CONFIG)


def _is_migrated(connection: Connection) -> bool:
    return bool(MigrationContext.configure(connection).get_current_heads())
