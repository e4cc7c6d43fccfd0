"""Telling Sentry: an error, where it happened and under which id the log has the rest."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from structlog.contextvars import get_contextvars

from app.sentry.settings import SentrySettings

if TYPE_CHECKING:
    from app.sentry.client import SentryClient

log = structlog.get_logger(__name__)
#: What a report takes over from the context of the logs.
TAGS = ("request_id", "task", "job")
#: Seconds that the last reports get when the process ends, at most.
FAREWELL_SECONDS = 2.0


class Sentry:
    """Takes errors and lets a thread of its own send them; nobody waits for it, and nothing fails with it.

    It drops them until it is connected, and for ever where there is no DSN.
    """

    def __init__(self) -> None:
        self._client: SentryClient | None = None

    def connect(self, settings: SentrySettings) -> None:
        """Report from now on, where there is a DSN. The library is loaded only for that: it takes 0.2 s."""
        if dsn := settings.sentry_dsn.get_secret_value():
            from app.sentry.client import SentryClient  # noqa: PLC0415

            self._client = SentryClient(dsn, environment=settings.sentry_environment or settings.environment)

    def report(
        self, error: Exception, *, place: str | None, kind: str, method: str | None = None, user_id: UUID | None = None
    ) -> None:
        """Report an error; `place` is the template of a `route` or the name of a `task`, which is its `kind`."""
        if self._client is None:
            return
        context = get_contextvars()
        tags = {"method": method, **{name: context.get(name) for name in TAGS}}
        try:
            self._client.send(
                error,
                transaction=place,
                transaction_info={"source": kind},
                tags={name: str(value) for name, value in tags.items() if value is not None},
                user={"id": str(user_id)} if user_id else None,
            )
        except Exception:
            log.exception("report_failed")

    def task_given_up(self, name: str, error: Exception) -> None:
        """Report why a task is not tried again."""
        self.report(error, place=name, kind="task")

    async def aclose(self, *, within: float) -> None:
        """Send what waits, for at most this many seconds and never longer than two; then be silent."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close, max(0.0, min(within, FAREWELL_SECONDS)))
