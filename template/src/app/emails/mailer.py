"""The port through which mail leaves, and the adapters that need no server."""

import re
import sys
from dataclasses import dataclass, field
from typing import Protocol, TextIO

import structlog

log = structlog.get_logger(__name__)

# A line break in a header would start another header; the others end a line in some mail program.
_LINE_BREAKS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Exactly one address, without a display name, a list or a comment.
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,253}")


class MailDeliveryFailed(Exception):
    """The mail was not handed over; the text says why and names no recipient."""


@dataclass(frozen=True)
class Mail:
    """One mail to one person; the sender belongs to the mailer.

    Raises:
        ValueError: when `to` is not exactly one address, or when it or `subject` holds a line break.

    """

    to: str
    subject: str
    # Not in the repr: bodies carry links that act for the recipient, and a repr ends up in logs.
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if _LINE_BREAKS_AND_CONTROLS.search(self.to) or not _ADDRESS.fullmatch(self.to):
            raise ValueError("the recipient of a mail must be exactly one address")
        if _LINE_BREAKS_AND_CONTROLS.search(self.subject):
            raise ValueError("the subject of a mail must be one line")


class Mailer(Protocol):
    """Hands mail over, or raises `MailDeliveryFailed`."""

    async def send(self, mail: Mail) -> None:
        """Hand over one mail."""
        ...


class ConsoleMailer:
    """Prints mails, for development: links can be copied from the terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(self, mail: Mail) -> None:
        """Print one mail between two rules."""
        rule = "-" * 72
        lines = (rule, f"To:      {mail.to}", f"Subject: {mail.subject}", "", mail.text.rstrip(), rule, "")
        # One write, so that the mail stays in one piece between log lines; sys.stdout now, not at import.
        stream = self._stream or sys.stdout
        stream.write("\n".join(lines))
        stream.flush()


class MemoryMailer:
    """Keeps mails in `outbox`, for tests."""

    def __init__(self) -> None:
        self.outbox: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        """Keep one mail."""
        self.outbox.append(mail)


class DroppingMailer:
    """Drops mails with a warning, for production without a mail server.

    Printing them instead would put links that act for their recipients into the logs.
    """

    async def send(self, mail: Mail) -> None:
        """Log that a mail was dropped, without its body."""
        log.warning("mail_not_configured", variable="SMTP_HOST", recipient=redact_address(mail.to))


def redact_address(address: str) -> str:
    """Return an address as it may stand in a log: `j***@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"
