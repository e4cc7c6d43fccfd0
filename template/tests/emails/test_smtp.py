"""Mail over SMTP, against a real server."""

import asyncio
import ssl
import time
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import cast

import pytest
from pydantic import SecretStr

from app import TITLE
from app.emails.mailer import ConsoleMailer, DroppingMailer, Mail, MailDeliveryFailed
from app.emails.settings import MailSettings
from app.emails.smtp import SmtpMailer, build_mailer
from tests.emails.smtp_server import PASSWORD, Inbox, StartServer, listening

MAIL = Mail(to="ada@example.org", subject="Hello", text="First line\n\nhttps://api.example.com/?token=abc\n")


def settings(inbox: Inbox, **values: object) -> MailSettings:
    """Return settings for this server, in plain text unless the test says otherwise."""
    defaults = {"smtp_host": "127.0.0.1", "smtp_security": "none", "mail_from": "service@example.com"}
    return MailSettings.model_validate({"environment": "test", "smtp_port": inbox.port, **defaults, **values})


async def test_delivers_a_mail_with_the_headers_of_an_automatic_message(start_server: StartServer) -> None:
    inbox = await start_server()

    await SmtpMailer(settings(inbox)).send(MAIL)

    message = inbox.messages[0]
    assert message["From"] == f"{TITLE} <service@example.com>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Hello"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.com>")
    assert abs(parsedate_to_datetime(message["Date"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert message.get_content() == MAIL.text
    assert (inbox.senders, inbox.recipients) == (["service@example.com"], [["ada@example.org"]])


async def test_does_not_tell_the_server_the_name_of_this_machine(start_server: StartServer) -> None:
    inbox = await start_server()

    await SmtpMailer(settings(inbox)).send(MAIL)

    assert inbox.greetings == ["example.com"]


async def test_keeps_every_character_of_subject_and_text(start_server: StartServer) -> None:
    inbox = await start_server()
    mail = Mail(to=MAIL.to, subject="Grüße aus Łódź · 你好 👋", text="Ünïcödé " * 40 + "\n.\nafter a lone dot\n")

    await SmtpMailer(settings(inbox)).send(mail)

    assert inbox.messages[0]["Subject"] == mail.subject
    assert inbox.messages[0].get_content() == mail.text


async def test_sends_to_a_unicode_mailbox_where_the_server_can(start_server: StartServer) -> None:
    inbox = await start_server(enable_SMTPUTF8=True)

    await SmtpMailer(settings(inbox)).send(Mail(to="jürgen@example.org", subject="Hello", text="Hello\n"))

    assert inbox.recipients == [["jürgen@example.org"]]


async def test_fails_for_a_unicode_mailbox_where_the_server_cannot(start_server: StartServer) -> None:
    inbox = await start_server(enable_SMTPUTF8=False)

    with pytest.raises(MailDeliveryFailed, match="SMTPUTF8"):
        await SmtpMailer(settings(inbox)).send(Mail(to="jürgen@example.org", subject="Hello", text="Hello\n"))


async def test_writes_a_unicode_domain_as_its_owner_registered_it(start_server: StartServer) -> None:
    inbox = await start_server()

    await SmtpMailer(settings(inbox)).send(Mail(to="ada@straße.de", subject="Hello", text="Hello\n"))

    assert inbox.recipients == [["ada@xn--strae-oqa.de"]]


async def test_fails_for_a_domain_that_cannot_exist(start_server: StartServer) -> None:
    inbox = await start_server()

    with pytest.raises(MailDeliveryFailed):
        await SmtpMailer(settings(inbox)).send(Mail(to="ada@ex\u00adam\u0378ple.org", subject="Hello", text="Hello\n"))
    assert inbox.messages == []


async def test_reaches_a_server_by_its_ipv6_address(start_server: StartServer) -> None:
    inbox = await start_server(host="::1")

    await SmtpMailer(settings(inbox, smtp_host="[::1]")).send(MAIL)

    assert len(inbox.messages) == 1


async def test_starttls_logs_in_over_the_encrypted_connection(
    start_server: StartServer, server_tls: ssl.SSLContext
) -> None:
    inbox = await start_server(tls_context=server_tls, require_starttls=True, auth_required=True)
    secrets = {"smtp_username": "service", "smtp_password": SecretStr(PASSWORD)}

    await SmtpMailer(settings(inbox, smtp_security="starttls", **secrets)).send(MAIL)

    assert (inbox.encrypted, inbox.logins) == ([True], ["service"])


async def test_tls_encrypts_from_the_first_byte(start_server: StartServer, server_tls: ssl.SSLContext) -> None:
    inbox = await start_server(tls=server_tls)

    await SmtpMailer(settings(inbox, smtp_security="tls")).send(MAIL)

    assert len(inbox.messages) == 1


async def test_refuses_a_server_that_offers_no_starttls(start_server: StartServer) -> None:
    inbox = await start_server()

    with pytest.raises(MailDeliveryFailed):
        await SmtpMailer(settings(inbox, smtp_security="starttls")).send(MAIL)
    assert inbox.messages == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_refuses_a_server_that_it_does_not_know(
    start_server: StartServer, stranger_tls: ssl.SSLContext, security: str
) -> None:
    options = {"tls": stranger_tls} if security == "tls" else {"tls_context": stranger_tls}
    inbox = await start_server(**options)

    with pytest.raises(MailDeliveryFailed, match=r"(?i)certificate"):
        await SmtpMailer(settings(inbox, smtp_security=security)).send(MAIL)
    assert inbox.messages == []


async def test_reports_a_refused_password_without_repeating_it(
    start_server: StartServer, server_tls: ssl.SSLContext
) -> None:
    inbox = await start_server(tls_context=server_tls, auth_required=True)
    secrets = {"smtp_username": "service", "smtp_password": SecretStr("wrong-password")}

    with pytest.raises(MailDeliveryFailed, match="535") as failure:
        await SmtpMailer(settings(inbox, smtp_security="starttls", **secrets)).send(MAIL)
    assert "wrong-password" not in repr(failure.value)


async def test_reports_a_refused_recipient_without_naming_it(start_server: StartServer) -> None:
    inbox = await start_server()
    inbox.refusals[MAIL.to] = f"550 5.1.1 <{MAIL.to}>: no such mailbox"

    with pytest.raises(MailDeliveryFailed) as failure:
        await SmtpMailer(settings(inbox)).send(MAIL)
    assert str(failure.value) == "SMTPRecipientRefused: 550 5.1.1 <<address>>: no such mailbox"
    assert MAIL.to not in "".join(traceback.format_exception(failure.value))


async def test_reports_a_mail_that_is_refused_at_its_end(start_server: StartServer) -> None:
    inbox = await start_server()
    inbox.answer_to_data = "451 try again later"

    with pytest.raises(MailDeliveryFailed, match="451 try again later"):
        await SmtpMailer(settings(inbox)).send(MAIL)


async def test_reports_a_server_that_is_away() -> None:
    async with listening(asyncio.Protocol) as port:
        pass

    with pytest.raises(MailDeliveryFailed, match="SMTPConnectError"):
        await SmtpMailer(settings(Inbox(port=port))).send(MAIL)


async def test_gives_up_on_a_server_that_hangs() -> None:
    started = time.monotonic()

    async with listening(asyncio.Protocol) as port:
        with pytest.raises(MailDeliveryFailed, match="Timeout"):
            await SmtpMailer(settings(Inbox(port=port), smtp_timeout_seconds=0.2)).send(MAIL)

    assert time.monotonic() - started < 5


async def test_gives_up_on_a_server_that_answers_each_command_just_in_time() -> None:
    started = time.monotonic()

    async with listening(SlowServer) as port:
        with pytest.raises(MailDeliveryFailed, match="Timeout"):
            await SmtpMailer(settings(Inbox(port=port), smtp_timeout_seconds=0.4)).send(MAIL)

    assert time.monotonic() - started < 1.2


async def test_a_mail_that_was_accepted_does_not_fail_with_the_farewell(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = await start_server()

    async def hang_up(*_: object) -> str:
        raise ConnectionResetError

    monkeypatch.setattr(Inbox, "handle_QUIT", hang_up, raising=False)

    await SmtpMailer(settings(inbox)).send(MAIL)

    assert len(inbox.messages) == 1


def test_the_settings_choose_the_mailer() -> None:
    def mailer_for(**values: object) -> object:
        return build_mailer(MailSettings.model_validate({"smtp_host": "", **values}))

    assert isinstance(mailer_for(environment="development"), ConsoleMailer)
    assert isinstance(mailer_for(environment="production"), DroppingMailer)
    server = {"smtp_host": "mail.example.com", "mail_from": "service@example.com"}
    assert isinstance(mailer_for(environment="production", **server), SmtpMailer)


class SlowServer(asyncio.Protocol):
    """Answers each command 0.3 seconds late."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: the transports of uvloop are of no class of asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self._answer(b"220 slow.example.com\r\n")

    def data_received(self, data: bytes) -> None:
        self._answer(b"250 OK\r\n")

    def _answer(self, line: bytes) -> None:
        asyncio.get_running_loop().call_later(0.3, self.transport.write, line)
