"""How long a request took: in the answer's headers and in one log line per request."""

import logging
from http import HTTPStatus
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: nginx's number for a client that went away before the answer.
CLIENT_CLOSED_REQUEST = 499
#: Of a path that no route has, in characters; the client chooses it.
LONGEST_PATH = 200


class AccessLogMiddleware:
    """Measures each request and logs it without its query string, headers and body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Bound once: an unbound logger is assembled anew for each line (5 µs).
        self.log = structlog.get_logger(__name__).bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        status = CLIENT_CLOSED_REQUEST
        sent = 0

        async def measured_send(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                seconds = perf_counter() - began
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-process-time", b"%.6f" % seconds),
                    (b"server-timing", b"app;dur=%.3f" % (seconds * 1000)),
                ]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, measured_send)
        finally:
            client = scope.get("client")
            self.log.log(
                _level_of(scope["path"], status),
                "request",
                method=scope["method"],
                path=(route_of(scope) or scope["path"])[:LONGEST_PATH],
                status=status,
                duration_ms=round((perf_counter() - began) * 1000, 3),
                client=client[0] if client else None,
                bytes=sent,
            )


def route_of(scope: Scope) -> str | None:
    """Return the template of the route that was found, such as `/api/v1/users/{user_id}`."""
    # Since FastAPI 0.137 `scope["route"]` knows only its own part of the path; the whole is in FastAPI's own scope.
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(route, "path", None)


def _level_of(path: str, status: int) -> int:
    failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if path.startswith("/health/"):
        # Probes come every few seconds and say nothing new; not being ready is part of every deployment.
        return logging.WARNING if failed else logging.DEBUG
    if failed:
        return logging.ERROR
    return logging.WARNING if status >= HTTPStatus.BAD_REQUEST else logging.INFO
