"""Counting queries, and measuring requests on an event loop of the benchmark's own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import uvloop
from sqlalchemy import Engine, event

from app.main import create_app
from app.resources import Resources
from tests.factories import People, Person
from tests.operations.service import Service, start


@dataclass
class Queries:
    """Counts statements; opening a transaction is none."""

    statements: list[str] = field(default_factory=list)

    @contextmanager
    def at_most(self, budget: int) -> Iterator[None]:
        """Fail, with the statements, when the block sends more than `budget`."""
        del self.statements[:]
        yield
        assert len(self.statements) <= budget, "\n".join(self.statements)
        assert self.statements or budget == 0, "the counter saw nothing"


@pytest.fixture
def queries() -> Iterator[Queries]:
    """Return a counter of all statements of this test."""
    counted = Queries()

    def count(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            counted.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    yield counted
    event.remove(Engine, "before_cursor_execute", count)


@dataclass
class Bench:
    """A running service with one user, called without leaving the process."""

    runner: asyncio.Runner
    people: People
    person: Person

    def call(self, make_request: Callable[[httpx2.AsyncClient], Awaitable[httpx2.Response]]) -> httpx2.Response:
        """Send one request and wait for the answer."""
        response: httpx2.Response = self.runner.run(self._await(make_request(self.person.client)))
        return response

    @staticmethod
    async def _await(response: Awaitable[httpx2.Response]) -> httpx2.Response:
        return await response


@pytest.fixture
def bench(new_resources: Callable[[], Resources]) -> Iterator[Bench]:
    """Return a service on an event loop that the benchmark drives step by step."""

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        resources = new_resources()
        transport = httpx2.ASGITransport(app=create_app(resources))
        people = People(resources, lambda: httpx2.AsyncClient(transport=transport, base_url="http://localhost"))
        yield Bench(runner, people, runner.run(people.logged_in()))
        runner.run(resources.aclose())


@pytest.fixture
def service(bench: Bench, environment: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    """Return a running service on the database of the benchmark."""
    running = bench.runner.run(start(tmp_path, environment))
    yield running
    running.kill()
    bench.runner.run(running.process.wait())
