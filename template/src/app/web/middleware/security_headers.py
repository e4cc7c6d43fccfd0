"""Headers that tell browsers what an API's answers are not: pages, scripts, frames, or anything to keep."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: OWASP's recommendation for APIs. A route that sets one of these keeps its own: the documentation its
#: Content-Security-Policy, public data its Cache-Control.
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
#: Two years (hstspreload.org). Only where https is certain: browsers remember it.
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class SecurityHeadersMiddleware:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, *, strict_transport: bool) -> None:
        self.app = app
        self.headers = (*HEADERS, STRICT_TRANSPORT) if strict_transport else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                names = {name.lower() for name, _ in own}
                message["headers"] = own + [header for header in self.headers if header[0] not in names]
            await send(message)

        await self.app(scope, receive, send_with_headers)
