"""Connections that break, or fall silent, are replaced without asking the server before each request."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update

from app.core.database import Database
from app.core.dialect import DatabaseSettings
from app.core.errors import Unavailable
from app.resources import Resources
from app.users.models import UserModel
from tests.answers import problem
from tests.factories import People
from tests.faults.engine import Engine, connected
from tests.faults.wire import Wire, wire_to
from tests.waiting import until

ME = "/api/v1/users/me"
ONE = select(UserModel.id).limit(1)


@pytest.fixture
async def wired(database_url: str, engine: Engine) -> AsyncIterator[tuple[Wire, str]]:
    """Return the wire that the service of this test has to its database."""
    async with wire_to(database_url, engine.port) as (wire, url):
        yield wire, url


@pytest.fixture
def wire(wired: tuple[Wire, str]) -> Wire:
    """Return the wire."""
    return wired[0]


@pytest.fixture
def database_settings(database_settings: DatabaseSettings, wired: tuple[Wire, str]) -> DatabaseSettings:
    """Return settings of a service that reaches its database through the wire, and soon gives up."""
    limits = {"database_statement_timeout_seconds": 1, "database_connect_timeout_seconds": 1}
    return database_settings.model_copy(update={"database_url": SecretStr(wired[1]), "database_pool_size": 4, **limits})


@pytest.fixture
def database(resources: Resources) -> Database:
    """Return the database of the service."""
    return resources.database


async def read(database: Database) -> None:
    """Read once."""
    async with database.transaction(read_only=True) as session:
        await session.execute(ONE)


async def test_a_connection_from_the_pool_is_not_asked_whether_it_lives(
    database: Database, wire: Wire, engine: Engine
) -> None:
    await read(database)
    before = wire.exchanges
    for _ in range(5):
        await read(database)
    assert wire.exchanges - before == 5 * engine.exchanges


async def test_connections_that_broke_in_the_pool_are_replaced_unnoticed(people: People, wire: Wire) -> None:
    person = await people.logged_in()
    await asyncio.gather(*(person.client.get(ME) for _ in range(8)))
    wire.cut()
    await wire.is_cut()
    answers = await asyncio.gather(*(person.client.get(ME) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_wire_that_is_cut_during_requests(people: People, wire: Wire) -> None:
    person = await people.logged_in()
    wire.silence()
    asking = [asyncio.ensure_future(person.client.get(ME)) for _ in range(4)]
    await until(lambda: wire.held == len(asking))
    wire.cut()
    wire.resume()
    answers = await asyncio.gather(*asking)
    assert [problem(answer) for answer in answers] == [(503, "unavailable")] * 4
    assert {answer.headers["retry-after"] for answer in answers} == {"1"}
    assert (await person.client.get(ME)).status_code == 200


async def test_a_server_that_falls_silent(client: httpx2.AsyncClient, people: People, wire: Wire) -> None:
    person = await people.logged_in()
    wire.silence()
    began = monotonic()
    answers = await asyncio.gather(*(person.client.get(ME) for _ in range(8)), client.get("/health/ready"))
    assert [answer.status_code for answer in answers] == [503] * 9
    assert monotonic() - began < 10
    wire.resume()
    answers = await asyncio.gather(*(person.client.get(ME) for _ in range(8)), client.get("/health/ready"))
    assert [answer.status_code for answer in answers] == [200] * 9


async def test_a_connection_that_is_killed_during_a_request(people: People, database_url: str, engine: Engine) -> None:
    person = await people.logged_in()
    async with connected(database_url) as other:
        await other.execute(update(UserModel).values(full_name="Somebody else"))
        waiting = asyncio.ensure_future(person.client.patch(ME, json={"full_name": "Ada"}))
        await engine.kill_whoever_waits(database_url)
        assert problem(await waiting) == (503, "unavailable")
        assert waiting.result().headers["retry-after"] == "1"
    assert (await person.client.patch(ME, json={"full_name": "Ada"})).json()["full_name"] == "Ada"


async def test_a_statement_that_takes_too_long(database: Database, engine: Engine) -> None:
    began = monotonic()
    with pytest.raises(Unavailable):
        async with database.transaction(read_only=True) as session:
            await session.execute(text(engine.sleep.format(30)))
    assert monotonic() - began < 10
    await read(database)
