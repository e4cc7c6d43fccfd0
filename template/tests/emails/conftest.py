"""Mail servers, certificates and settings that name them."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP

from tests.emails.smtp_server import Inbox, StartServer, listening


@pytest.fixture
async def start_server() -> AsyncIterator[StartServer]:
    """Start SMTP servers that stop with the test; keyword arguments are those of `aiosmtpd.smtp.SMTP`."""
    async with AsyncExitStack() as stack:

        async def start(*, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, **options: Any) -> Inbox:
            inbox = Inbox()

            def protocol() -> SMTP:
                return SMTP(inbox, authenticator=inbox.authenticate, hostname="mail.example.com", **options)

            inbox.port = await stack.enter_async_context(listening(protocol, host=host, tls=tls))
            return inbox

        yield start


@pytest.fixture
def server_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return a server's certificate for 127.0.0.1 whose authority this process trusts, as an operator would set it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return _context_of(authority)


@pytest.fixture
def stranger_tls() -> ssl.SSLContext:
    """Return a server's certificate whose authority nobody trusts."""
    return _context_of(trustme.CA())


def _context_of(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context
