"""Which requests FastAPI traces, and what it leaves alone."""

from collections.abc import MutableMapping
from typing import Any

from fastapi.telemetry import TelemetryConfig

from app.tracing.tracing import Tracing


def telemetry_of(tracing: Tracing) -> TelemetryConfig:
    """Return the configuration of FastAPI's own tracing: one span per request.

    Its metrics and logs would be the service's own a second time; its spans of dependencies and serialisation cost as
    much again. What is sent, and where to, is up to `app.tracing`.
    """
    return {
        "tracer_provider": tracing.provider,
        "tracing": tracing.provider is not None,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": _is_probe,
    }


def _is_probe(scope: MutableMapping[str, Any]) -> bool:
    path: str = scope["path"]
    # Whoever asks every few seconds tells nothing new.
    return path.startswith("/health/") or path == "/metrics"
