"""The last resort: whatever nobody expected becomes one log entry and an answer that gives nothing away."""

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import problem_response

log = structlog.get_logger(__name__)


class ErrorBoundaryMiddleware:
    """Turns unhandled exceptions into 500. They end here: Starlette and the server would log them twice more."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

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
        except Exception:
            log.exception("unhandled_error", method=scope["method"], answering=answering)
            # An answer that has begun cannot be taken back: the server cuts the connection, so the client notices.
            if not answering:
                response = problem_response(500, "internal-error", "Something went wrong on our side")
                await response(scope, receive, send)
