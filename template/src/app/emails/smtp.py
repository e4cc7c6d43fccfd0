"""Sends mail over SMTP, and chooses the mailer that the settings ask for."""

import asyncio
import re
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid

import aiosmtplib
import idna

from app import TITLE
from app.emails.mailer import ConsoleMailer, DroppingMailer, Mail, MailDeliveryFailed, Mailer
from app.emails.settings import MailSettings

_GOODBYE_SECONDS = 2
_ADDRESS_IN_TEXT = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def build_mailer(settings: MailSettings) -> Mailer:
    """Return the mailer for these settings; without SMTP_HOST only development sees mails."""
    if settings.sends_mail:
        return SmtpMailer(settings)
    return DroppingMailer() if settings.environment == "production" else ConsoleMailer()


class SmtpMailer:
    """Hands each mail to the mail server over a connection of its own."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._sender = _address(settings.mail_from, display_name=TITLE)
        # Once, because it reads the machine's certificates from disk. A private authority: SSL_CERT_FILE.
        self._tls = ssl.create_default_context()

    async def send(self, mail: Mail) -> None:
        """Hand over one mail within SMTP_TIMEOUT_SECONDS.

        Raises:
            MailDeliveryFailed: when the server is away, slow, not who it should be, or refuses.

        """
        client = self._new_client()
        try:
            async with asyncio.timeout(self._settings.smtp_timeout_seconds):
                message = self._compose(mail)
                await client.connect()
                await client.send_message(message)
        except (aiosmtplib.SMTPException, MessageError, OSError, ValueError) as error:
            # Not chained: servers repeat the address in their answers, and a logged traceback would show it.
            raise MailDeliveryFailed(_reason(error)) from None
        else:
            # The mail is the server's by now; a failing farewell must not have it sent twice.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_GOODBYE_SECONDS)
        finally:
            client.close()

    def _new_client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host.strip("[]"),
            port=settings.port,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
            timeout=settings.smtp_timeout_seconds,
            use_tls=settings.smtp_security == "tls",
            # True, not None: a server (or somebody in between) that offers no STARTTLS must not get the mail.
            start_tls=settings.smtp_security == "starttls",
            tls_context=None if settings.smtp_security == "none" else self._tls,
            # By default the library looks up this machine's name, slowly, and tells it to the server.
            local_hostname=self._sender.domain,
        )

    def _compose(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = _address(mail.to)
        message["Subject"] = mail.subject
        message["Date"] = datetime.now(UTC)
        message["Message-ID"] = make_msgid(domain=self._sender.domain)
        # RFC 3834: keeps out-of-office robots from answering.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="quoted-printable")
        return message


def _address(address: str, display_name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        # Every server takes the ASCII form of a domain; the codec of the standard library (IDNA 2003) turns
        # straße.de into strasse.de, which is somebody else's.
        domain = idna.encode(domain, uts46=True).decode("ascii")
    return Address(display_name, local, domain)


def _reason(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _reason(error.recipients[0])
    text = f"{error.code} {error.message}" if isinstance(error, aiosmtplib.SMTPResponseException) else str(error)
    # A server's answer may have many lines and is not ours to trust.
    text = " ".join(_ADDRESS_IN_TEXT.sub("<address>", text).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
