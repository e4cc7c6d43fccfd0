"""Statements are children of what sends them, without their values."""

import httpx2
import pytest
from fastapi import FastAPI
from opentelemetry.context import Context
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import Span as BegunSpan
from opentelemetry.sdk.trace import SpanProcessor
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.resources import Resources
from app.tracing.tracing import Tracing
from app.web.dependencies import SessionDep
from tests.tracing.collector import read
from tests.tracing.conftest import Flush


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """Return the application with an endpoint that reads and one that gets it wrong."""

    async def look(session: SessionDep, word: str) -> str | None:
        found: str | None = await session.scalar(text("SELECT :word AS word"), {"word": word})
        return found

    async def blunder(session: SessionDep) -> None:
        await session.execute(text("SELECT nothing FROM nowhere"))

    app.add_api_route("/look", look, methods=["GET", "POST"])
    app.add_api_route("/blunder", blunder)
    return app


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_statement_is_a_child_of_its_request(client: httpx2.AsyncClient, flush: Flush, method: str) -> None:
    assert (await client.request(method, "/look?word=canary-4711")).json() == "canary-4711"
    collector = flush()
    request, statement = collector.named(f"{method} /look"), collector.named("SELECT")
    assert (statement.trace_id, statement.parent_span_id) == (request.trace_id, request.span_id)
    assert statement.kind == Span.SPAN_KIND_CLIENT
    attributes = read(statement.attributes)
    assert attributes["db.query.text"].startswith("SELECT ")
    assert "word" in attributes["db.query.text"]
    assert attributes["db.system.name"] in {"sqlite", "postgresql", "mysql", "mariadb"}
    assert b"canary-4711" not in b"".join(collector.bodies)


async def test_a_statement_that_fails_is_an_error(client: httpx2.AsyncClient, flush: Flush) -> None:
    # SQLite calls a table that is not there an operational error.
    assert (await client.get("/blunder")).status_code in {500, 503}
    collector = flush()
    assert collector.named("SELECT").status.code == 2
    assert read(collector.named("SELECT").attributes)["error.type"]


async def test_an_engine_with_options_of_its_own_begins_no_span_twice(
    client: httpx2.AsyncClient, tracing: Tracing
) -> None:
    begun: list[str] = []

    class Count(SpanProcessor):
        def on_start(self, span: BegunSpan, parent_context: Context | None = None) -> None:
            begun.append(span.name)

    assert tracing.provider
    tracing.provider.add_span_processor(Count())
    await client.get("/look?word=x")
    assert begun == ["GET", "SELECT"]


async def test_what_belongs_to_no_trace_is_not_traced(resources: Resources, flush: Flush) -> None:
    await resources.database.ping()
    assert flush().spans == []


async def test_the_statements_of_a_task_are_its_children(resources: Resources, tracing: Tracing, flush: Flush) -> None:
    async def count() -> None:
        async with resources.database.transaction() as session:
            await session.execute(text("SELECT 1"))
            with pytest.raises(DBAPIError):
                await session.execute(text("SELECT nothing FROM nowhere"))
            await session.rollback()

    resources.tasks.start("count", count)
    await resources.tasks.drain(10)
    collector = flush()
    task = collector.named("task count")
    statements = [span for span in collector.spans if span.name == "SELECT"]
    assert [span.parent_span_id for span in statements] == [task.span_id] * 2
    assert [span.status.code for span in statements] == [0, 2]
