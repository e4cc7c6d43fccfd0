"""A provider on this machine: real HTTP, real keys, and everything that can go wrong with them."""

import json
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import Key, KeySet, RSAKey

from tests.provider.authorization import Answer, Authorization

DESCRIPTION = "/.well-known/openid-configuration"
KEYS = "/keys"
#: What the provider calls the service.
AUDIENCE = "https://api.example.com"


class Provider:
    """One issuer. `published` is what its JWK Set holds; `answers` replaces what a path answers.

    `seconds` pass before an answer, `seconds_per_byte` while it is written.
    """

    def __init__(self, *, port: int = 0, audience: str = AUDIENCE) -> None:
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self.start()
        self.issuer = f"http://localhost:{self._port}"
        self.authorization = Authorization(self.issuer, audience, new_key())
        self.answers: dict[str, Answer] = {}
        self.asked: Counter[str] = Counter()
        self.seconds = self.seconds_per_byte = 0.0
        self.published: list[Any] = [public(self.signer)]

    @property
    def signer(self) -> RSAKey:
        """The key that signs now."""
        return self.authorization.signer

    def start(self) -> None:
        """Answer from now on, on the same port as before."""
        self._server = Listener(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Be away: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def rotate(self, *, keep: bool = True) -> RSAKey:
        """Sign with a new key; the old one stays published unless it was stolen."""
        self.authorization.signer = new_key()
        self.published = [public(self.signer), *(self.published if keep else [])]
        return self.signer

    def sign(self, claims: dict[str, Any], key: Key | None = None, **header: object) -> str:
        """Return a token that says just that; None drops a header."""
        key = key or self.signer
        said = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid, **header}
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, claims, key, algorithms=[str(said["alg"])])

    def answer(self, method: str, target: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
        """Return status, body and headers for a request."""
        parts = urlsplit(target)
        self.asked[parts.path] += 1
        time.sleep(self.seconds)
        if parts.path in self.answers:
            return self.answers[parts.path]
        match method, parts.path:
            case "GET", "/.well-known/openid-configuration":
                return 200, {"issuer": self.issuer, "jwks_uri": self.issuer + KEYS}, {}
            case "GET", "/keys":
                return 200, {"keys": self.published}, {}
            case "GET", "/authorize":
                return self.authorization.authorize(self.issuer + target, dict(parse_qsl(parts.query)))
            case "POST", "/token":
                return self.authorization.token(self.issuer + target, form, headers)
        return 404, {}, {}


class Listener(ThreadingHTTPServer):
    """The provider's socket."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], provider: Provider) -> None:
        super().__init__(address, Handler)
        self.provider = provider


class Handler(BaseHTTPRequestHandler):
    """One request to the provider."""

    server: Listener

    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self._reply(dict(parse_qsl(content.decode())))

    def _reply(self, form: dict[str, str]) -> None:
        status, body, headers = self.server.provider.answer(self.command, self.path, form, dict(self.headers))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if not self.server.provider.seconds_per_byte:
            self.wfile.write(content)
            return
        with suppress(OSError):  # who waited has gone
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(self.server.provider.seconds_per_byte)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing."""


def new_key() -> RSAKey:
    """Return a key to sign with."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def public(key: Key) -> dict[str, Any]:
    """Return what everybody may know of a key."""
    return dict(KeySet([key]).as_dict(private=False)["keys"][0])
