"""The service answers to its own names only: a forged `Host` must not get into caches, links or other sites' pages."""

import re
from collections.abc import Iterable
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.problems import problem_response

HOST = re.compile(rb"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
#: The longest DNS name and a port.
LONGEST = 253 + 6
#: Probes of orchestrators and load balancers address the instance, whose name nobody knows beforehand; what
#: they are told depends on no host.
EXEMPT = "/health/"


class TrustedHostsMiddleware:
    """Refuses requests whose `Host` is missing, doubled, malformed or not one of ours; any port is fine.

    `*.example.com` covers all subdomains, but not example.com itself; `*` covers everything.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str]) -> None:
        self.app = app
        patterns = [_in_brackets(pattern.lower()).encode() for pattern in allowed]
        self._any = b"*" in patterns
        self._names = frozenset(pattern for pattern in patterns if not pattern.startswith(b"*"))
        self._suffixes = tuple(pattern[1:] for pattern in patterns if pattern.startswith(b"*."))
        self._is_ours = lru_cache(maxsize=256)(self._check)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http" or scope["path"].startswith(EXEMPT):
            await self.app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) == 1 and len(hosts[0]) <= LONGEST and self._is_ours(hosts[0]):
            await self.app(scope, receive, send)
            return
        refusal = problem_response(400, "invalid-host", "This service does not answer to that host name")
        await refusal(scope, receive, send)

    def _check(self, host: bytes) -> bool:
        match = HOST.fullmatch(host)
        if match is None:
            return False
        name = match["name"].lower()
        return self._any or name in self._names or name.endswith(self._suffixes)


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
