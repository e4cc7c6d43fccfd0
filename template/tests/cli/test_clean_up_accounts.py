"""`app clean-up`: what accounts leave behind goes when it has expired, and nothing else."""

from datetime import timedelta

import pytest

from app.accounts.models import MailPurpose, MailTokenModel, PendingRegistrationModel
from app.audit.models import AuditModel
from app.auth.models import SessionModel, SessionTokenModel
from app.core.clock import utc_now
from app.core.models import Record
from app.resources import Resources
from tests.auth.records import rows
from tests.cli.conftest import Run, in_thread
from tests.factories import People, Person

PAST, FUTURE = -timedelta(seconds=1), timedelta(minutes=1)
NAMES = ["tokens of log-ins", "log-ins", "mail tokens", "pending registrations", "audit events", "receipts of jobs"]
DIGESTS = (f"{number:064}" for number in range(1_000))


async def clean_up(run: Run, **settings: str) -> list[int]:
    """Run the command, and return the numbers that it prints for what accounts leave behind."""
    result = await in_thread(run, "clean-up", **settings)
    assert result.exit_code == 0, result.output
    lines = [line.split(maxsplit=1) for line in result.output.splitlines()]
    numbers = {name: int(number) for number, name in lines}
    return [numbers[name] for name in NAMES]


async def store(resources: Resources, *records: Record) -> None:
    async with resources.database.transaction() as session:
        for record in records:
            session.add(record)
            await session.flush()


def login(person: Person, *, ends_in: timedelta) -> SessionModel:
    now = utc_now()
    return SessionModel(
        user_id=person.id, user_agent="", address="", authenticated_at=now, last_used_at=now, expires_at=now + ends_in
    )


def token(session: SessionModel, *, ends_in: timedelta, spent: bool = False) -> SessionTokenModel:
    now = utc_now()
    return SessionTokenModel(
        session_id=session.id,
        token_digest=next(DIGESTS),
        expires_at=now + ends_in,
        spent_at=now if spent else None,
    )


def link(person: Person, *, ends_in: timedelta) -> MailTokenModel:
    return MailTokenModel(
        user_id=person.id,
        purpose=MailPurpose.VERIFY_EMAIL,
        token_digest=next(DIGESTS),
        sent_to="",
        present_email="",
        expires_at=utc_now() + ends_in,
    )


def registration(*, ends_in: timedelta) -> PendingRegistrationModel:
    return PendingRegistrationModel(
        email="", hashed_password="", token_digest=next(DIGESTS), expires_at=utc_now() + ends_in
    )


async def test_deletes_nothing_that_is_in_use(run: Run, people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await store(resources, link(person, ends_in=FUTURE), registration(ends_in=FUTURE))
    assert await clean_up(run) == [0, 0, 0, 0, 0, 0]
    assert (await person.client.get("/api/v1/users/me")).status_code == 200
    assert [len(await rows(resources, model)) for model in (MailTokenModel, PendingRegistrationModel)] == [1, 1]


async def test_deletes_log_ins_that_have_run_out_with_their_tokens(
    run: Run, people: People, resources: Resources
) -> None:
    person = await people.create()
    over, alive = login(person, ends_in=PAST), login(person, ends_in=FUTURE)
    await store(resources, over, alive)
    await store(resources, token(over, ends_in=PAST), token(over, ends_in=FUTURE, spent=True))
    await store(resources, kept := token(alive, ends_in=FUTURE, spent=True), token(alive, ends_in=PAST))
    assert await clean_up(run) == [2, 1, 0, 0, 0, 0]
    assert [session.id for session in await rows(resources, SessionModel)] == [alive.id]
    # A spent one that has not run out is how a copied token is recognised.
    assert [row.id for row in await rows(resources, SessionTokenModel)] == [kept.id]


async def test_deletes_links_and_registrations_that_have_run_out(
    run: Run, people: People, resources: Resources
) -> None:
    person = await people.create()
    links = [link(person, ends_in=ends_in) for ends_in in (PAST, PAST, FUTURE)]
    registrations = [registration(ends_in=ends_in) for ends_in in (PAST, FUTURE, PAST, PAST)]
    await store(resources, *links, *registrations)
    assert await clean_up(run) == [0, 0, 2, 3, 0, 0]
    assert [row.id for row in await rows(resources, MailTokenModel)] == [links[2].id]
    assert [row.id for row in await rows(resources, PendingRegistrationModel)] == [registrations[1].id]


@pytest.mark.parametrize(("days", "kept"), [(None, [364, 31, 29]), ("30", [29]), ("0", [366, 364, 31, 29]), ("1", [])])
async def test_keeps_audit_events_as_long_as_the_setting_says(
    run: Run, resources: Resources, days: str | None, kept: list[int]
) -> None:
    ages = [366, 364, 31, 29]
    now = utc_now()
    await store(resources, *(AuditModel(event=str(age), created_at=now - timedelta(days=age)) for age in ages))
    numbers = await clean_up(run, **({} if days is None else {"AUDIT_RETENTION_DAYS": days}))
    assert numbers == [0, 0, 0, 0, len(ages) - len(kept), 0]
    assert [int(event.event) for event in await rows(resources, AuditModel)] == kept


async def test_a_second_run_finds_nothing(run: Run, resources: Resources) -> None:
    await store(resources, registration(ends_in=PAST))
    assert [await clean_up(run) for _ in range(2)] == [[0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]]


async def test_refuses_a_setting_that_is_no_number_of_days(run: Run) -> None:
    result = await in_thread(run, "clean-up", AUDIT_RETENTION_DAYS="-1")
    assert result.exit_code == 78
    assert result.output.startswith("AUDIT_RETENTION_DAYS")
