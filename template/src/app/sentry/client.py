"""Sentry's SDK, with nothing turned on that collects by itself."""

import logging
from importlib.metadata import version
from typing import Any, cast

import structlog
from sentry_sdk.client import Client
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import event_from_exception

from app import DISTRIBUTION
from app.sentry.scrubbing import scrub

log = structlog.get_logger(__name__)


class SentryClient:
    """Sends errors that it is given, and nothing else.

    It is no global client (`sentry_sdk.init`): integrations would wrap the framework, the drivers and the loggers, and
    collect requests, statements and log lines there.
    """

    def __init__(self, dsn: str, *, environment: str) -> None:
        logging.getLogger("urllib3.connectionpool").addFilter(_is_not_of_sentry)
        self._client = Client(
            dsn=dsn,
            environment=environment,
            release=f"{DISTRIBUTION}@{version(DISTRIBUTION)}",
            integrations=[],
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            include_local_variables=False,
            send_client_reports=False,
            enable_backpressure_handling=False,
            # Said, because the SDK would read SENTRY_DEBUG and SENTRY_SPOTLIGHT otherwise.
            debug=False,
            spotlight=False,
            in_app_include=["app"],
            before_send=_before_send,
        )

    def send(self, error: Exception, **about: object) -> None:
        """Queue an error for the SDK's thread; when the queue is full, it is dropped."""
        event, hint = event_from_exception(error, self._client.options, {"type": "app", "handled": False})
        known = {name: value for name, value in about.items() if value is not None}
        self._client.capture_event(cast("Event", {**event, **known}), hint)

    def close(self, seconds: float) -> None:
        """Send what is queued, for this long; blocks."""
        self._client.close(timeout=seconds)


def _before_send(event: Event, _hint: Hint) -> Event | None:
    try:
        return cast("Event", scrub(cast("dict[str, Any]", event)))
    except Exception as error:  # noqa: BLE001 (whatever it is: nothing is sent that was not looked through)
        # Without its text and traceback, which can hold what could not be removed.
        log.error("report_dropped", reason=type(error).__name__)  # noqa: TRY400
        return None


def _is_not_of_sentry(record: logging.LogRecord) -> bool:
    # While Sentry is away, each try of each report would be a warning.
    return record.threadName != "sentry-sdk.BackgroundWorker"
