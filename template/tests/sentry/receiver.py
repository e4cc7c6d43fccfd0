"""Somebody who takes what is reported, as Sentry does."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """An HTTP server of its own thread that keeps every envelope."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.envelopes: list[bytes] = []
        #: Clear it, and nobody is answered any more.
        self.answers = threading.Event()
        self.answers.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.dsn = f"http://publickey@127.0.0.1:{self._server.server_port}/7"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What has come, one entry for each item of an envelope."""
        return [json.loads(line) for body in self.envelopes for line in body.split(b"\n")[2::2] if line]

    @property
    def event(self) -> dict[str, Any]:
        """The only event that has come."""
        (event,) = self.events
        return event

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        """Answer while the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.answers.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805 (the handler has a self of its own)
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.answers.wait(30)
                assert self.headers["Content-Encoding"] == "gzip"
                receiver.paths.append(self.path)
                receiver.envelopes.append(gzip.decompress(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        return Handler
