"""A span for each statement that is sent to the database, without its values."""

from collections.abc import Iterable
from typing import Any

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span
from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.engine.interfaces import ExecutionContext

from app.tracing.tracing import Tracing

#: Characters of a statement that are kept: an INSERT of many rows is as long as it likes.
LONGEST_STATEMENT = 2000
#: Where a statement keeps its span.
KEY = "_span"


def trace_statements(engines: Iterable[Engine], tracing: Tracing) -> None:
    """Trace what a request or a task sends through these engines.

    What belongs to neither, such as a probe of readiness or a look for jobs that are left, would be a trace of its own
    each time, and is not traced.
    """
    tracer = tracing.tracer
    if tracer is None:
        return

    def begin(
        connection: Connection,
        _cursor: Any,
        statement: str,
        _values: Any,
        context: ExecutionContext,
        _many: bool,  # noqa: FBT001 (SQLAlchemy's)
    ) -> None:
        # An engine with options of its own hears its parent's listeners, too: one span, whoever is first.
        if vars(context).get(KEY) or not get_current_span().is_recording():
            return
        operation = "".join(statement.lstrip("( \n").split(maxsplit=1)[:1]).upper()
        attributes = {
            "db.system.name": connection.dialect.name,
            "db.operation.name": operation,
            "db.query.text": statement[:LONGEST_STATEMENT],
        }
        vars(context)[KEY] = tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=attributes)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", begin)
        event.listen(engine, "after_cursor_execute", _end)
        event.listen(engine, "handle_error", _fail)


def _end(
    _connection: Connection,
    _cursor: Any,
    _statement: str,
    _values: Any,
    context: ExecutionContext,
    _many: bool,  # noqa: FBT001 (SQLAlchemy's)
) -> None:
    if span := _take(context):
        span.end()


def _fail(failure: ExceptionContext) -> None:
    if span := _take(failure.execution_context):
        span.set_attribute("error.type", type(failure.original_exception).__qualname__)
        span.set_status(Status(StatusCode.ERROR))
        span.end()


def _take(context: ExecutionContext | None) -> Span | None:
    # Many rows may be several statements of one context.
    span: Span | None = vars(context).pop(KEY, None) if context else None
    return span
