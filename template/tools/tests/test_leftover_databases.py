"""What killed runs leave on the server is removed, what a run still uses is not."""

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.core.dialect import TROUBLES, create_database, drop_database, scratch_url
from app.core.troubles import Trouble, trouble_of
from tools import scratch_database
from tools.leftover_databases import OLD_HOURS, remove_leftovers

HOUR = 3600
Make = Callable[..., str]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Return a function that makes a database as a run did so many hours ago, for a service of this test's own."""
    service = f"service-{uuid.uuid4().hex[:8]}"
    for module in (scratch_database.__name__, scratch_url.__module__):
        monkeypatch.setattr(f"{module}.DISTRIBUTION", service)
    made: list[str] = []

    def make(hours: float, change: str = "{}") -> str:
        with time_machine.travel(time.time() - hours * HOUR):
            url = make_url(scratch_database.new_url())
        made.append(url.set(database=change.format(url.database)).render_as_string(hide_password=False))
        asyncio.run(create_database(made[-1]))
        return made[-1]

    yield make
    for url in made:
        asyncio.run(drop_database(url))


async def answers(url: str) -> bool:
    """Tell whether a database is there."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        if trouble_of(error, TROUBLES) is Trouble.MISSING:
            return False
        raise
    return True


def test_removes_what_is_old_and_unused_and_says_so(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    urls = [make(OLD_HOURS), make(50)]
    remove_leftovers(urls[0])
    assert [asyncio.run(answers(url)) for url in urls] == [False, False]
    assert capsys.readouterr().out == "Removed test databases that killed runs had left: 2.\n"


def test_leaves_what_a_run_has_just_made(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    urls = [make(0), make(1)]
    remove_leftovers(urls[0])
    assert [asyncio.run(answers(url)) for url in urls] == [True, True]
    assert capsys.readouterr().out == ""


def test_leaves_what_somebody_is_connected_to(make: Make) -> None:
    url = make(50)

    async def while_connected() -> None:
        async with create_async_engine(url, poolclass=NullPool).connect() as connection:
            await connection.execute(text("SELECT 1"))
            await asyncio.to_thread(remove_leftovers, url)
            await connection.execute(text("SELECT 1"))

    asyncio.run(while_connected())
    assert asyncio.run(answers(url))


@pytest.mark.parametrize("change", ["other_{}", "{}s", "{}_more"])
def test_leaves_what_another_service_or_a_person_has_made(make: Make, change: str) -> None:
    url = make(50, change)
    remove_leftovers(url)
    assert asyncio.run(answers(url))


def test_the_longest_name_fits_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{scratch_url.__module__}.DISTRIBUTION", "n" * 40)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw99")
    name = make_url(scratch_database.new_url()).database or ""
    assert name.startswith("n" * 40 + "_gw99_")
    assert len(name) <= 63
