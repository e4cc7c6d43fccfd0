"""Gives `make dev`, `make test` and `make check` a database server: the one that answers, else one that compose starts.

Without arguments it speaks of `DATABASE_URL`, and makes its database in development. With `--tests` it speaks of the
server for tests, and removes the databases that killed runs have left there.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.core.dialect import TROUBLES, DatabaseSettings, create_database
from app.core.settings import ConfigurationError, EnvSettings, load_settings
from app.core.troubles import Trouble, trouble_of
from app.core.urls import address
from tools import compose
from tools.leftover_databases import remove_leftovers
from tools.scratch_database import Server

ANSWER_SECONDS = 2
#: A server in a container begins by writing its files.
START_SECONDS = 60


@dataclass(frozen=True)
class Database:
    """An address, and the variable that people change to have another one."""

    url: str
    variable: str

    @property
    def place(self) -> str:
        """Where it is, without account and password."""
        return address(self.url)

    def trouble(self) -> Trouble | None:
        """Return why the database cannot be used."""
        return asyncio.run(_trouble(self.url))


async def _trouble(url: str) -> Trouble | None:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with asyncio.timeout(ANSWER_SECONDS), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:
        if (trouble := trouble_of(error, TROUBLES)) is None:
            raise
        return trouble
    return None


def main(arguments: Sequence[str]) -> int:
    """Return 0 when the database can be used; else say in one line what to do, and return 1."""
    return compose.report(partial(prepare, for_tests="--tests" in arguments))


def prepare(*, for_tests: bool) -> None:
    """See to it that there is a server, and a database unless it is for tests, which make their own.

    Raises:
        ConfigurationError, ComposeError: with what is to be done by hand.

    """
    # In production nothing is started or made for anybody; tests take what they make with them.
    ours = for_tests or load_settings(EnvSettings).environment != "production"
    database = configured(for_tests=for_tests)
    trouble = database.trouble()
    if trouble is Trouble.AWAY:
        trouble = start(database, ours=ours)
    if trouble is Trouble.REFUSED or trouble is Trouble.BUSY:
        raise ConfigurationError(f"The server of {database.variable} ({database.place}) {trouble.value}.")
    if for_tests:
        remove_leftovers(database.url)
    elif trouble is Trouble.MISSING and ours:
        create(database)


def configured(*, for_tests: bool) -> Database:
    """Return the database of the environment, of `.env`, or the one that `secrets init` writes there."""
    server = Server()
    given = server.test_database_url if for_tests else None
    variable = "TEST_DATABASE_URL" if given else "DATABASE_URL"
    try:
        url = DatabaseSettings.with_driver(given or server.database_url)
    except ValueError as error:
        raise ConfigurationError(f"{variable}: {error}") from None
    return Database(url, variable)


def start(database: Database, *, ours: bool) -> Trouble | None:
    """Start a server where none answers, unless it is somebody else's to start; return what is still in the way."""
    where = make_url(database.url)
    nobody = f"No server answers at {database.place}"
    absence = compose.Absence(nobody, "", "database", where.host, where.port, database.variable, START_SECONDS)
    absence.end(lambda: database.trouble() not in {Trouble.AWAY, Trouble.BUSY}, ours=ours)
    return database.trouble()


def create(database: Database) -> None:
    """Make the empty database that `make dev` uses."""
    name = make_url(database.url).database
    try:
        asyncio.run(create_database(database.url))
    except Exception as error:
        if trouble_of(error, TROUBLES) is not Trouble.REFUSED:
            raise
        raise ConfigurationError(f"The account in {database.variable} may not create the database {name}.") from None
    print(f"Created the database {name}.", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
