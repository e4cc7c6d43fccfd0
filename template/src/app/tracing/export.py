"""How spans leave the process: in batches, by a thread of their own, without secrets."""

import logging
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_OFF,
    DEFAULT_ON,
    ParentBasedTraceIdRatio,
    Sampler,
    TraceIdRatioBased,
)
from opentelemetry.util.types import Attributes, AttributeValue

from app import DISTRIBUTION
from app.core.redaction import redact_text
from app.tracing.settings import TracingSettings

#: Seconds between two complaints.
QUIET = 60.0
#: What FastAPI writes down of a request, and nobody else shall read.
DROPPED = frozenset({"url.query"})
#: Text of ours, in which placeholders stand for values: looking for secrets would only spoil it.
HARMLESS = frozenset({"db.query.text"})


def build_provider(settings: TracingSettings, address: str) -> TracerProvider:
    """Return what makes spans and sends them, as the settings say."""
    for name in ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal"):
        logging.getLogger(name).addFilter(_seldom)
    name = settings.otel_service_name or DISTRIBUTION
    provider = TracerProvider(
        sampler=_sampler(settings),
        resource=Resource.create({"service.name": name, "service.version": version(DISTRIBUTION)}),
        # `Tracing.aclose` does it, in the time that is left.
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=address, headers=settings.headers)
    provider.add_span_processor(BatchSpanProcessor(DiscreetExporter(exporter)))
    return provider


class DiscreetExporter(SpanExporter):
    """Passes spans on without what looks like a credential, as the log does it; no request waits for that."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch."""
        return self._exporter.export([_discreet(span) for span in spans])

    def shutdown(self) -> None:
        """Give up what is being sent."""
        self._exporter.shutdown()


class Seldom(logging.Filter):
    """Lets one line through and drops what follows for a while: a collector that is away is no news."""

    def __init__(self) -> None:
        super().__init__()
        self._silent_until = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record may be logged."""
        now = time.monotonic()
        if record.levelno < logging.WARNING or now < self._silent_until:
            return False
        self._silent_until = now + QUIET
        return True


#: One for all: what the exporter and the queue complain about has the same cause.
_seldom = Seldom()


def _sampler(settings: TracingSettings) -> Sampler:
    share = settings.otel_traces_sampler_arg
    samplers: Mapping[str, Sampler] = {
        "parentbased_always_on": DEFAULT_ON,
        "parentbased_always_off": DEFAULT_OFF,
        "parentbased_traceidratio": ParentBasedTraceIdRatio(share),
        "always_on": ALWAYS_ON,
        "always_off": ALWAYS_OFF,
        "traceidratio": TraceIdRatioBased(share),
    }
    return samplers[settings.otel_traces_sampler]


def _discreet(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=_clean(span.attributes),
        events=[Event(event.name, _clean(event.attributes), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _clean(attributes: Attributes) -> dict[str, AttributeValue]:
    return {
        key: redact_text(value) if isinstance(value, str) and key not in HARMLESS else value
        for key, value in (attributes or {}).items()
        if key not in DROPPED
    }
