"""No request waits for ever."""

import asyncio

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import problem_response

log = structlog.get_logger(__name__)

RETRY_AFTER = {"Retry-After": "1"}


class DeadlineMiddleware:
    """Ends a request with 503 when its answer has not begun in time; once begun, it may take as long as it likes."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answering = False

        async def send_in_time(message: Message) -> None:
            nonlocal answering
            if not answering and not deadline.expired():
                # Downloads and event streams are as slow as their readers.
                deadline.reschedule(None)
            answering = True
            await send(message)

        deadline = asyncio.timeout(self.seconds)
        try:
            async with deadline:
                await self.app(scope, receive, send_in_time)
        except TimeoutError:
            if answering or not deadline.expired():
                raise
            log.warning("deadline_exceeded", seconds=self.seconds)
            response = problem_response(503, "deadline-exceeded", "The request took too long", headers=RETRY_AFTER)
            await response(scope, receive, send)
        except asyncio.CancelledError:
            # The server ends what is still running at the end of its shutdown: tell the client what happened.
            if answering or not getattr(scope["app"].state, "draining", False):
                raise
            log.warning("request_cancelled", reason="shutdown")
            response = problem_response(503, "shutting-down", "The service is shutting down", headers=RETRY_AFTER)
            await response(scope, receive, send)
