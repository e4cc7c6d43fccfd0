"""What the service knows of its traces. Without a collector nothing is traced, and nothing is loaded for it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode, format_span_id, format_trace_id, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.typing import EventDict, WrappedLogger

from app.tracing.settings import TracingSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

#: Seconds for what has not been sent when the process ends, at least and at most: the collector may not answer.
LEAST_FAREWELL, LONGEST_FAREWELL = 1.0, 3.0
W3C = TraceContextTextMapPropagator()


class Tracing:
    """The spans of one process."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        self.provider = provider
        self.tracer = provider.get_tracer("app") if provider else None

    @contextmanager
    def task(self, name: str, traceparent: str | None) -> Iterator[None]:
        """Surround one try of a task: part of the trace that it has brought along, or else of the present one."""
        parent = W3C.extract({"traceparent": traceparent}) if traceparent else None
        with self._span(f"task {name}", SpanKind.CONSUMER, {"app.task": name}, parent):
            yield

    @contextmanager
    def call(self, method: str, address: str) -> Iterator[None]:
        """Surround a request to somebody else, named without its query string; only as a part of a trace."""
        if not get_current_span().is_recording():
            yield
            return
        url = urlsplit(address)
        attributes = {
            "http.request.method": method,
            "server.address": url.hostname or "",
            "url.full": f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}",
        }
        with self._span(method, SpanKind.CLIENT, attributes):
            yield

    async def aclose(self, seconds: float) -> None:
        """Send what is left, for about this long."""
        provider, loop, done = self.provider, asyncio.get_running_loop(), asyncio.Event()
        if provider is None:
            return

        def send() -> None:
            provider.shutdown()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(done.set)

        # Not a thread of the event loop's: it would wait for that one, however long the collector takes.
        Thread(target=send, name="last traces", daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, LEAST_FAREWELL), LONGEST_FAREWELL)):
                await done.wait()

    @contextmanager
    def _span(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str], parent: Context | None = None
    ) -> Iterator[None]:
        if self.tracer is None:
            yield
            return
        # What went wrong is told by the log, without secrets; the span has the kind of the error.
        with self.tracer.start_as_current_span(
            name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(Status(StatusCode.ERROR))
                raise


def connect_tracing(settings: TracingSettings) -> Tracing:
    """Return what traces as the environment says; nothing is connected before there is something to send."""
    if settings.address is None:
        return Tracing()
    # A tenth of a second, which only those wait for who send something.
    from app.tracing.export import build_provider  # noqa: PLC0415

    return Tracing(build_provider(settings, settings.address))


def traceparent_of(given: str | None) -> str | None:
    """Return what a job takes along: the present span, or else what the request has brought, if that is valid."""
    context = None if get_current_span().get_span_context().is_valid else W3C.extract({"traceparent": given or ""})
    carrier: dict[str, str] = {}
    W3C.inject(carrier, context)
    return carrier.get("traceparent")


def name_span(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
    """Put the present span into a line of the log (a structlog processor)."""
    context = get_current_span().get_span_context()
    if context.is_valid:
        event_dict["trace_id"] = format_trace_id(context.trace_id)
        event_dict["span_id"] = format_span_id(context.span_id)
    return event_dict
