"""What every HTTP request passes through. All of it is pure ASGI: about 3 µs each, BaseHTTPMiddleware takes 186."""

from fastapi import FastAPI

from app.core.settings import Settings
from app.web.middleware.access_log import AccessLogMiddleware
from app.web.middleware.body_limit import BodyLimitMiddleware
from app.web.middleware.cors import ProblemCORSMiddleware
from app.web.middleware.deadline import DeadlineMiddleware
from app.web.middleware.error_boundary import ErrorBoundaryMiddleware, Report, ignore
from app.web.middleware.request_id import RequestIdMiddleware
from app.web.middleware.security_headers import SecurityHeadersMiddleware
from app.web.middleware.trusted_hosts import TrustedHostsMiddleware

#: Headers of answers that scripts of other origins may read.
EXPOSED = ("X-Request-ID", "Location", "ETag", "Retry-After")


def add_middleware(app: FastAPI, settings: Settings, *, report: Report = ignore) -> None:
    """Add all middleware. Starlette puts the last one added outermost: read from the bottom up.

    Each answer, whoever gives it, leaves through those below it in this list. The three outermost answer
    nothing themselves, so that even a refused host or a crash carries an id, its time and the security headers.
    """
    app.add_middleware(ErrorBoundaryMiddleware, report=report)
    app.add_middleware(BodyLimitMiddleware, max_bytes=settings.max_body_bytes)
    app.add_middleware(DeadlineMiddleware, seconds=settings.request_timeout_seconds)
    app.add_middleware(TrustedHostsMiddleware, allowed=settings.allowed_hosts)
    if settings.cors_origins:
        # Without credentials: the API takes bearer tokens, and cookies must not cross origins.
        app.add_middleware(
            ProblemCORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=(
                "Authorization",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                "Idempotency-Key",
                "X-Request-ID",
            ),
            expose_headers=EXPOSED,
        )
    # Again: the one above lets other origins read what failed, this one catches the middleware between them.
    app.add_middleware(ErrorBoundaryMiddleware, report=report)
    app.add_middleware(SecurityHeadersMiddleware, strict_transport=settings.environment == "production")
    app.add_middleware(AccessLogMiddleware)
    app.add_middleware(RequestIdMiddleware)
