"""The last resort: whatever nobody expected becomes one log entry and an answer that gives nothing away."""

from collections.abc import Callable

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import problem_response

#: Takes an error that nobody expected, and the scope of its request.
Report = Callable[[Exception, Scope], None]

log = structlog.get_logger(__name__)


def ignore(_error: Exception, _scope: Scope) -> None:
    """Tell nobody; the log has it."""


class ErrorBoundaryMiddleware:
    """Turns unhandled exceptions into 500. They end here: Starlette and the server would log them twice more."""

    def __init__(self, app: ASGIApp, *, report: Report = ignore) -> None:
        self.app = app
        self.report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answering = False

        async def noting_send(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        except ClientDisconnect:
            log.debug("client_disconnected")
        except Exception as error:
            log.exception("unhandled_error", method=scope["method"], answering=answering)
            self.report(error, scope)
            # An answer that has begun cannot be taken back: the server cuts the connection, so the client notices.
            if not answering:
                response = problem_response(500, "internal-error", "Something went wrong on our side")
                await response(scope, receive, send)
