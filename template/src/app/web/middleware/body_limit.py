"""No request body may fill the memory."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import problem_response

TOO_LARGE = 413


class BodyLimitMiddleware:
    """Counts the bytes that arrive, because `Content-Length` may be missing; an honest one is refused unread."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        # Python refuses to read thousands of digits; twenty are too large already.
        if announced.isdigit() and int(announced.lstrip(b"0")[:20] or b"0") > self.max_bytes:
            # The connection stays open: the server throws the rest away, and the client gets to read why.
            await problem_response(TOO_LARGE, "content-too-large", "Content Too Large")(scope, receive, send)
            return
        received = 0

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                # The one exception that FastAPI lets through while it reads a body.
                raise HTTPException(TOO_LARGE)
            return message

        await self.app(scope, counting_receive, send)
