"""HTTP/1.1 as Uvicorn speaks it, with an end to request heads, which it reads without limit."""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.core.clock import uuid7
from app.web.middleware.security_headers import HEADERS
from app.web.problems import problem_response

#: Request line and headers together; nginx takes 32 KiB.
MAX_HEAD_BYTES = 65_536
#: From the connection, or a request's first byte, to the end of its head.
HEAD_SECONDS = 20.0


class BoundedProtocol(HttpToolsProtocol):
    """Refuses heads that are broken, endless or never come; in the same words as the application would."""

    _in_head = False
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to count a head."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop to count: what follows is the body, which the application limits."""
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read; a head that is still incomplete costs the client time and bytes."""
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "header-too-large", "The header is too large")
        elif self._head_timer is None:
            self._start_timer()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; Uvicorn's own answer is plain text."""
        self._refuse(HTTPStatus.BAD_REQUEST, "bad-request", msg)

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        request_id = uuid7().hex
        problem = problem_response(status, code, detail, request_id=request_id)
        close = (b"connection", b"close")
        default = [header for header in self.server_state.default_headers if header != close]
        headers = [*default, *problem.raw_headers, *HEADERS, (b"x-request-id", request_id.encode()), close]
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(b": ".join(header) for header in headers)]
        self.transport.write(b"\r\n".join([*lines, b"", bytes(problem.body)]))
        self.transport.close()

    def _start_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
