"""Request ids: one name for everything that happens because of one request."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from app.core.clock import uuid7

HEADER = b"x-request-id"
#: What is taken over from a client: nothing that could break a line, a header or a search.
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Names each request, takes over a well-formed name of the client, and puts it into the answer and all logs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = next((value for name, value in scope["headers"] if name == HEADER), b"")
        if WELL_FORMED.fullmatch(request_id) is None:
            request_id = uuid7().hex.encode()
        # A pipelined request starts in the context of the one before it.
        clear_contextvars()
        bind_contextvars(request_id=request_id.decode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id)]
            await send(message)

        await self.app(scope, receive, send_with_id)
