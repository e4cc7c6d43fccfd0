"""`app.tasks.in_process`: after the commit only, never failing a request, never lost in silence."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import after_commit
from app.core.settings import Settings
from app.main import create_app
from app.resources import Resources
from app.tasks.in_process import InProcessQueue
from tests.auth.postbox import mails_to
from tests.factories import People

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with which every line is logged, and a short shutdown."""
    return settings.model_copy(update={"log_level": "INFO", "shutdown_timeout_seconds": 1})


@pytest.fixture
def lines(resources: Resources, capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return a function that gives the log lines about tasks."""
    create_app(resources)

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in found if line["logger"] == "app.tasks.in_process"]

    return read


def queue_of(session: AsyncSession, resources: Resources) -> InProcessQueue:
    """Return the queue of one transaction."""
    return InProcessQueue(resources.tasks, partial(after_commit, session), resources)


async def note(_resources: Resources, seen: list[str], text: str, *, times: int = 1) -> None:
    """Do something that can be seen."""
    seen += [text] * times


async def fail(_resources: Resources, reason: str) -> None:
    """Fail."""
    raise RuntimeError(reason)


async def hang(_resources: Resources) -> None:
    """Never end."""
    await asyncio.Event().wait()


async def test_a_task_starts_after_the_commit(resources: Resources) -> None:
    seen: list[str] = []
    async with resources.database.transaction() as session:
        queue = queue_of(session, resources)
        queue.enqueue(note, seen, "a", times=2)
        await asyncio.sleep(0.01)
        assert seen == []
    await resources.tasks.drain(1)
    assert seen == ["a", "a"]


async def test_a_task_never_starts_after_a_rollback(resources: Resources) -> None:
    seen: list[str] = []

    async def roll_back() -> None:
        async with resources.database.transaction() as session:
            queue_of(session, resources).enqueue(note, seen, "a")
            raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        await roll_back()
    await resources.tasks.drain(1)
    assert seen == []


async def test_a_failure_is_logged_with_its_name_and_traceback(resources: Resources, lines: Lines) -> None:
    async with resources.database.transaction() as session:
        queue_of(session, resources).enqueue(fail, "no power")
    await resources.tasks.drain(1)
    (line,) = lines()
    assert (line["event"], line["task"], line["level"]) == ("task_failed", "fail", "error")
    assert "Traceback" in line["exception"]
    assert "RuntimeError: no power" in line["exception"]


async def test_a_failure_does_not_touch_the_tasks_beside_it(resources: Resources, lines: Lines) -> None:
    seen: list[str] = []
    async with resources.database.transaction() as session:
        queue = queue_of(session, resources)
        queue.enqueue(fail, "no power")
        queue.enqueue(note, seen, "a")
    await resources.tasks.drain(1)
    assert seen == ["a"]
    assert [line["event"] for line in lines()] == ["task_failed", "task_done"]


async def test_a_failing_mail_does_not_fail_the_request(
    resources: Resources, people: People, monkeypatch: pytest.MonkeyPatch, lines: Lines
) -> None:
    person = await people.logged_in()

    async def refuse(_mail: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(resources.mailer, "send", refuse)
    response = await person.client.post("/api/v1/auth/email-verification", json={})
    assert response.status_code == 202
    assert not await mails_to(resources, person.email)
    (line,) = lines()
    assert (line["event"], line["task"]) == ("task_failed", "send_email_verification")
    assert line["request_id"] == response.headers["x-request-id"]


async def test_shutdown_waits_for_running_tasks(resources: Resources) -> None:
    seen: list[str] = []

    async def slow() -> None:
        await asyncio.sleep(0.05)
        seen.append("done")

    resources.tasks.start("slow", slow)
    await resources.aclose()
    assert seen == ["done"]


async def test_shutdown_ends_tasks_that_hang_and_names_them(resources: Resources, lines: Lines) -> None:
    async with resources.database.transaction() as session:
        queue_of(session, resources).enqueue(hang)
    await resources.tasks.drain(0.01)
    (line,) = lines()
    assert (line["event"], line["task"], line["reason"]) == ("task_cancelled", "hang", "shutdown")
    await resources.tasks.drain(0.01)
    assert lines() == []


async def test_a_task_may_be_any_callable(resources: Resources, lines: Lines) -> None:
    class Reminder:
        """A task that is no function."""

        async def __call__(self, _resources: Resources) -> None:
            """Do nothing."""

    async with resources.database.transaction() as session:
        queue_of(session, resources).enqueue(Reminder())
    await resources.tasks.drain(1)
    assert "Reminder" in lines()[0]["task"]
