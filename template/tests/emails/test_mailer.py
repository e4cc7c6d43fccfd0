"""Mails, and the mailers that need no server."""

import io

import pytest
from structlog.testing import capture_logs

from app.emails.mailer import ConsoleMailer, DroppingMailer, Mail, MemoryMailer

LINK = "https://api.example.com/reset?token=not-for-logs"
MAIL = Mail(to="ada@example.org", subject="Reset", text=f"Open this:\n\n{LINK}\n")


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org\r\nBcc: all@example.com",
        "ada@example.org\n",
        "ada@example.org, eve@example.com",
        "Ada <ada@example.org>",
        "ada@example.org (eve@example.com)",
        "ada@example.org SIZE=1",
        "ada@example.org\u2028",
        "ada\x00@example.org",
        "\ud800@example.org",
        "ada@eve@example.org",
        "ada",
        "@example.org",
        "",
    ],
)
def test_refuses_a_recipient_that_is_not_exactly_one_address(to: str) -> None:
    with pytest.raises(ValueError, match="recipient"):
        Mail(to=to, subject="Hello", text="Hello")


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_refuses_a_subject_of_two_lines(line_break: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        Mail(to="ada@example.org", subject=f"Hello{line_break}Bcc: all@example.com", text="Hello")


def test_does_not_show_its_body_where_it_is_logged() -> None:
    assert "token" not in repr(MAIL)


async def test_the_console_shows_the_link_on_a_line_of_its_own() -> None:
    stream = io.StringIO()

    await ConsoleMailer(stream).send(MAIL)

    lines = stream.getvalue().splitlines()
    assert "To:      ada@example.org" in lines
    assert "Subject: Reset" in lines
    assert LINK in lines


async def test_the_console_is_standard_output_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    await ConsoleMailer().send(MAIL)

    assert LINK in capsys.readouterr().out


async def test_memory_keeps_mails_in_order() -> None:
    mailer = MemoryMailer()
    other = Mail(to="eve@example.com", subject="Hello", text="Hello")

    await mailer.send(MAIL)
    await mailer.send(other)

    assert mailer.outbox == [MAIL, other]


async def test_a_dropped_mail_is_a_warning_without_link_or_address(capsys: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as logs:
        await DroppingMailer().send(MAIL)

    assert logs == [
        {
            "event": "mail_not_configured",
            "log_level": "warning",
            "variable": "SMTP_HOST",
            "recipient": "a***@example.org",
        }
    ]
    printed = capsys.readouterr()
    assert "token" not in printed.out + printed.err
