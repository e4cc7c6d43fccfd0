"""Tasks of a request with a transaction: after the commit only, never failing the request."""

import asyncio
import json
from functools import partial

import pytest

from app.core.database import after_commit
from app.resources import Resources
from app.tasks.in_process import InProcessQueue
from tests.auth.postbox import mails_to
from tests.factories import People


async def note(_resources: Resources, seen: list[str], text: str, *, times: int = 1) -> None:
    """Do something that can be seen."""
    seen += [text] * times


async def test_a_task_starts_after_the_commit(resources: Resources) -> None:
    seen: list[str] = []
    async with resources.database.transaction() as session:
        queue = InProcessQueue(resources.tasks, partial(after_commit, session), resources)
        queue.enqueue(note, seen, "a", times=2)
        await asyncio.sleep(0.01)
        assert seen == []
    await resources.tasks.drain(1)
    assert seen == ["a", "a"]


async def test_a_task_never_starts_after_a_rollback(resources: Resources) -> None:
    seen: list[str] = []

    async def roll_back() -> None:
        async with resources.database.transaction() as session:
            InProcessQueue(resources.tasks, partial(after_commit, session), resources).enqueue(note, seen, "a")
            raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        await roll_back()
    await resources.tasks.drain(1)
    assert seen == []


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
    (line,) = (line for line in lines if line["logger"] == "app.tasks.in_process")
    assert (line["event"], line["task"]) == ("task_failed", "send_email_verification")
    assert line["request_id"] == response.headers["x-request-id"]
