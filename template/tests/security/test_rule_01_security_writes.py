"""Rule 1: security writes commit on their own, although the request fails."""

import asyncio

from app.audit.models import AuditModel
from app.resources import Resources
from tests.auth.records import audited, rows
from tests.factories import People


async def test_failed_log_ins_are_audited_with_the_account_that_they_meant(
    people: People, resources: Resources
) -> None:
    known, unknown = await people.create(), await people.create()
    known.password, unknown.email = "not the right password", "unknown@example.com"
    await known.log_in()
    await unknown.log_in()
    events = await rows(resources, AuditModel)
    assert [(event.event, event.user_id) for event in events] == [("login-failed", known.id), ("login-failed", None)]


async def test_failures_that_come_together_are_all_written(people: People, resources: Resources) -> None:
    """One writer at a time is allowed (SQLite): a second connection would wait for the first one's lock."""
    persons = [await people.create() for _ in range(10)]
    for person in persons:
        person.password = "not the right password"
    answers = await asyncio.gather(*(person.log_in() for person in persons))
    assert {answer.status_code for answer in answers} == {401}
    assert await audited(resources) == ["login-failed"] * 10
