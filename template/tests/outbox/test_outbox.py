"""`app.outbox`: nothing is lost between the commit and the broker, and nothing is sent without a commit."""

import pytest
from sqlalchemy import select, update

from app.core.clock import utc_now
from app.core.database import Database
from app.outbox.models import JobOutboxModel
from app.outbox.outbox import Outbox
from app.outbox.queue import OutboxQueue
from app.outbox.repository import CLAIM
from app.resources import Resources
from app.tasks.envelope import Envelope, Origin
from app.tasks.in_process import InProcessRunner
from tests.memory_transport import MemoryTransport


async def note(_resources: Resources, text: str, *, times: int = 1) -> None:
    """Stand for a task."""


@pytest.fixture
def transport() -> MemoryTransport:
    """Return a broker that only keeps what it gets."""
    return MemoryTransport()


@pytest.fixture
def outbox(resources: Resources, transport: MemoryTransport) -> Outbox:
    """Return an outbox of its own in front of that broker."""
    return Outbox(resources.database, transport, resources.tasks)


async def rows(database: Database) -> list[JobOutboxModel]:
    async with database.transaction(read_only=True) as session:
        return list(await session.scalars(select(JobOutboxModel).order_by(JobOutboxModel.id)))


async def let_claims_run_out(database: Database) -> None:
    """Pretend that the time of those who have put jobs in is over."""
    async with database.transaction() as session:
        await session.execute(update(JobOutboxModel).values(claimed_until=utc_now() - CLAIM))


async def enqueue(resources: Resources, outbox: Outbox, *texts: str) -> None:
    async with resources.database.transaction() as session:
        for text in texts:
            OutboxQueue(session, outbox, Origin(request_id="request-1")).enqueue(note, text, times=2)


async def test_jobs_are_sent_after_the_commit_and_then_gone(
    resources: Resources, outbox: Outbox, transport: MemoryTransport
) -> None:
    async with resources.database.transaction() as session:
        OutboxQueue(session, outbox, Origin(request_id="request-1")).enqueue(note, "a", times=2)
        await session.flush()
        assert transport.sent == []
    await resources.tasks.drain(5)
    (envelope,) = (Envelope.read(body) for body in transport.sent)
    assert envelope.task == f"{__name__}:note"
    assert envelope.arguments == {"text": "a", "times": 2}
    assert envelope.origin.request_id == "request-1"
    assert await rows(resources.database) == []


async def test_a_rollback_sends_nothing(resources: Resources, outbox: Outbox, transport: MemoryTransport) -> None:
    async def fail() -> None:
        async with resources.database.transaction() as session:
            OutboxQueue(session, outbox).enqueue(note, "a")
            await session.flush()
            raise ValueError("no power")

    with pytest.raises(ValueError, match="no power"):
        await fail()
    await resources.tasks.drain(5)
    assert (transport.sent, await rows(resources.database)) == ([], [])


async def test_what_the_broker_could_not_take_is_sent_later(
    resources: Resources, outbox: Outbox, transport: MemoryTransport, capsys: pytest.CaptureFixture[str]
) -> None:
    transport.away = True
    await enqueue(resources, outbox, "a", "b")
    await resources.tasks.drain(5)
    assert len(await rows(resources.database)) == 2
    # The process that has put them in still has time.
    transport.away = False
    assert await outbox.relay() == 0
    await let_claims_run_out(resources.database)
    assert await outbox.relay() == 2
    assert [Envelope.read(body).arguments["text"] for body in transport.sent] == ["a", "b"]
    assert await rows(resources.database) == []
    assert capsys.readouterr().out.count("jobs_wait_for_broker") == 1


async def test_what_a_dead_process_left_is_sent_by_another(
    resources: Resources, outbox: Outbox, transport: MemoryTransport
) -> None:
    # Its runner never comes to it: as if the process had died right after the commit.
    class Dead(InProcessRunner):
        """Starts nothing."""

        def start(self, *_args: object, **_more: object) -> None:
            """Do nothing."""

    await enqueue(resources, Outbox(resources.database, transport, Dead()), "a")
    await let_claims_run_out(resources.database)
    assert await outbox.relay() == 1
    assert await outbox.relay() == 0
    assert len(transport.sent) == 1


async def test_two_relays_do_not_send_the_same_jobs(
    resources: Resources, outbox: Outbox, transport: MemoryTransport
) -> None:
    transport.away = True
    await enqueue(resources, outbox, *"abcdef")
    await resources.tasks.drain(5)
    await let_claims_run_out(resources.database)
    assert await outbox.relay() == 0
    transport.away = False
    # The first relay has claimed them and could not send: for a while the second one leaves them alone.
    assert await Outbox(resources.database, transport, resources.tasks).relay() == 0
    assert transport.sent == []
