"""Mails whose reason is gone by the time they are sent."""

import json

import pytest

from app.accounts.tasks import (
    send_email_change,
    send_email_verification,
    send_password_changed,
    send_password_reset,
    send_registration,
)
from app.core.clock import uuid7
from app.emails.mailer import MemoryMailer
from app.resources import Resources
from app.tasks.queue import Task
from tests.auth.postbox import mails_to
from tests.factories import People


@pytest.mark.parametrize("task", [send_email_verification, send_email_change, send_registration, send_password_changed])
async def test_nothing_is_sent_to_an_account_that_is_gone(
    resources: Resources, mailer: MemoryMailer, task: Task[[object]]
) -> None:
    await task(resources, uuid7())
    assert not mailer.outbox


async def test_no_reset_of_an_unknown_address(resources: Resources, mailer: MemoryMailer, people: People) -> None:
    person = await people.create()
    await send_password_reset(resources, "unknown@example.com")
    await send_password_reset(resources, person.email)
    assert [mail.to for mail in mailer.outbox] == [person.email]


async def test_a_failing_mail_does_not_fail_the_request(
    resources: Resources, people: People, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person = await people.logged_in()

    async def refuse(_mail: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(resources.mailer, "send", refuse)
    response = await person.client.post("/api/v1/auth/email-verification", json={})
    assert response.status_code == 202
    assert not await mails_to(resources, person.email)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = (line for line in lines if line["event"] == "task_failed")
    assert line["task"] == "send_email_verification"
    assert line["request_id"] == response.headers["x-request-id"]
