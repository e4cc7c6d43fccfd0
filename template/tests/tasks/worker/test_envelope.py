"""`app.tasks.envelope` and `app.tasks.names`: what a job looks like on its way, and what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from app.resources import Resources
from app.tasks.envelope import Envelope, Origin, open_envelope, put_in_envelope
from app.tasks.job import JobOptions, job
from app.tasks.names import UnreadableJob, find

ID = UUID("0198c0de-0000-7000-8000-000000000000")
seen: list[object] = []


async def pay(_resources: Resources, invoice: UUID, amount: Decimal, *, due: date | None = None, at: datetime) -> None:
    """Stand for a task with arguments of many types."""
    seen.append((invoice, amount, due, at))


@job(attempts=2)
async def twice(_resources: Resources) -> None:
    """Stand for a task with options."""


def test_arguments_arrive_with_their_types() -> None:
    moment = datetime(2026, 11, 26, 9, tzinfo=UTC)
    sent = put_in_envelope(pay, ID, Decimal("9.90"), due=date(2026, 12, 1), at=moment)
    envelope = Envelope.read(sent.from_request(Origin("request-1", "00-1-2-01")).body)
    assert (envelope.id, envelope.attempt) == (sent.id, 1)
    assert (envelope.origin.request_id, envelope.origin.traceparent) == ("request-1", "00-1-2-01")
    assert open_envelope(envelope).name == "pay"


async def test_the_task_gets_them(resources: Resources) -> None:
    seen.clear()
    moment = datetime(2026, 11, 26, 9, tzinfo=UTC)
    body = put_in_envelope(pay, ID, Decimal("9.90"), at=moment).body
    await open_envelope(Envelope.read(body)).run(resources)
    assert seen == [(ID, Decimal("9.90"), None, moment)]


def test_options_are_those_of_the_task() -> None:
    assert open_envelope(put_in_envelope(twice)).options == JobOptions(attempts=2)


def test_the_next_try_is_the_same_job() -> None:
    envelope = put_in_envelope(twice)
    assert envelope.again() == envelope.model_copy(update={"attempt": 2})


@pytest.mark.parametrize(
    "body", [b"", b"\xff\x00", b"[]", b"{}", b'{"task": 1}', b'{"task": "a", "arguments": [], "id": 1}']
)
def test_refuses_a_body_that_is_no_job(body: bytes) -> None:
    with pytest.raises(UnreadableJob, match=r"^no job: "):
        Envelope.read(body)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ":",
        "os:system",
        "asyncio:sleep",
        "app.nothing:task",
        "app.resources:nothing",
        "app.resources:load_resources",
        "app.tasks.envelope:put_in_envelope",
        f"{__name__}:UUID",
    ],
)
def test_refuses_what_is_no_task_of_the_service(name: str) -> None:
    with pytest.raises(UnreadableJob):
        find(name)


@pytest.mark.parametrize("arguments", [{}, {"invoice": "x"}, {"more": 1}])
def test_refuses_arguments_that_the_task_does_not_take(arguments: dict[str, object]) -> None:
    with pytest.raises(UnreadableJob, match="takes other arguments"):
        open_envelope(Envelope(task=f"{__name__}:pay", arguments=arguments))


def test_refuses_a_task_that_a_worker_could_not_find() -> None:
    async def local(_resources: Resources) -> None:
        """Stand for a task inside of a function."""

    with pytest.raises(UnreadableJob, match="there is no task"):
        put_in_envelope(local)
