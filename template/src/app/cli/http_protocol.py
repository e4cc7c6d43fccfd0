"""HTTP/1.1 as Uvicorn speaks it, with ends where it has none: of heads, of trailers, and of what nobody reads."""

import asyncio
from http import HTTPStatus
from typing import Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.core.clock import uuid7
from app.web.middleware.security_headers import HEADERS
from app.web.problems import problem_response

#: Request line and headers together (nginx takes 32 KiB), and whatever else is no body: trailers, chunk
#: extensions, blank lines between requests.
MAX_HEAD_BYTES = 65_536
#: From the connection, or a request's first byte, to the end of its head.
HEAD_SECONDS = 20.0
#: What may follow of a request that has its answer already, so that its client gets to read it.
MAX_REST_BYTES = 1_048_576
REST_SECONDS = 10.0


class BoundedProtocol(HttpToolsProtocol):
    """Refuses what is broken, endless or never comes; in the same words as the application would."""

    #: The part of a request that is being read.
    _part: Literal["head", "body"] | None = None
    #: Whether the latest data ended a part, or was body.
    _advanced = False
    #: What came since.
    _idle_bytes = 0
    #: What came of a request after its answer.
    _rest_bytes = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._start_timer(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self._part = "head"
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header. Trailers come here too, and must not act as headers (RFC 9110, 6.5.1)."""
        if self._part == "head":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to read a body, which the application limits."""
        self._advance("body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        self._advanced = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next request."""
        self._advance(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Set an end to the rest of a request that nobody reads any more."""
        super().on_response_complete()
        if self._is_rest() and not self.transport.is_closing():
            self._start_timer(REST_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Read; what leads nowhere costs the client time and bytes."""
        self._advanced = False
        super().data_received(data)
        if self.transport.is_closing():
            return
        self._idle_bytes = 0 if self._advanced else self._idle_bytes + len(data)
        self._rest_bytes = self._rest_bytes + len(data) if self._is_rest() else 0
        if self._idle_bytes > MAX_HEAD_BYTES or self._rest_bytes > MAX_REST_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "header-too-large", "The header is too large")
        elif self._timer is None and (self._part == "head" or not (self._part or self._advanced)):
            self._start_timer(HEAD_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; Uvicorn's own answer is plain text."""
        self._refuse(HTTPStatus.BAD_REQUEST, "bad-request", msg)

    def _is_rest(self) -> bool:
        return self._part == "body" and self.cycle.response_complete

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        # Words in the middle of an answer, or after it, would be taken for something else.
        cycle = self._latest_cycle()
        between_answers = cycle is None or not cycle.response_started
        if between_answers or (cycle and cycle.response_complete and self._part != "body"):
            self.transport.write(_refusal(status, code, detail, self.server_state.default_headers))
        self.transport.close()

    def _advance(self, part: Literal["body"] | None) -> None:
        self._part = part
        self._advanced = True
        self._stop_timer()

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        # The next request may wait while the answer to the one before it is under way.
        cycle = self._latest_cycle()
        if cycle is None or cycle.response_complete:
            self.transport.close()

    def _latest_cycle(self) -> RequestResponseCycle | None:
        # None before the first request, whatever Uvicorn's annotation says.
        return self.cycle


def _refusal(status: HTTPStatus, code: str, detail: str, default: list[tuple[bytes, bytes]]) -> bytes:
    request_id = uuid7().hex
    problem = problem_response(status, code, detail, request_id=request_id)
    close = (b"connection", b"close")
    own = [*problem.raw_headers, *HEADERS, (b"x-request-id", request_id.encode()), close]
    headers = [*(header for header in default if header != close), *own]
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(b": ".join(header) for header in headers)]
    return b"\r\n".join([*lines, b"", bytes(problem.body)])
