"""Hands jobs over to the broker: right after the commit, and what was left then, later."""

import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import uuid7
from app.core.database import Database, after_commit
from app.outbox.repository import OutboxRepository
from app.tasks.envelope import Envelope
from app.tasks.in_process import InProcessRunner
from app.tasks.transport import Transport, TransportAway

log = structlog.get_logger(__name__)
#: Jobs that are sent, and deleted, at once.
BATCH = 500
#: Seconds between two lines about a broker that is away.
QUIET = 60.0
Job = tuple[UUID, bytes]


class Outbox:
    """A job is a row in the transaction of what it follows from, until the broker has taken it.

    So a rollback sends nothing, and whatever dies after the commit loses nothing: `relay`, which every worker calls
    again and again, sends what was left. A job may be sent twice, when somebody dies between sending and deleting.
    """

    def __init__(self, database: Database, transport: Transport, runner: InProcessRunner) -> None:
        self._database = database
        self._transport = transport
        self._runner = runner
        self._claimant = uuid7()
        self._waiting: list[Job] = []
        self._sending = False
        self._silent_until = 0.0

    def put(self, session: AsyncSession, envelope: Envelope) -> None:
        """Write a job with the session's transaction: one INSERT for all of them. It is sent after the commit."""
        body = envelope.body
        OutboxRepository(session).put(envelope.id, body.decode(), claimed_by=self._claimant)
        after_commit(session, partial(self._committed, (envelope.id, body)))

    async def relay(self) -> int:
        """Send some of what was left, and return how many jobs the broker has taken."""
        async with self._database.transaction() as session:
            left = [(row.id, row.body.encode()) for row in await OutboxRepository(session).claim(limit=BATCH)]
        return len(left) if await self._hand_over(left) else 0

    def _committed(self, job: Job) -> None:
        self._waiting.append(job)
        if not self._sending:
            self._sending = True
            self._runner.start("send_jobs", self._send_waiting)

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._hand_over(batch)
        finally:
            self._sending = False

    async def _hand_over(self, jobs: Sequence[Job]) -> bool:
        if not jobs:
            return True
        try:
            await self._transport.send(*(body for _, body in jobs))
        except TransportAway as error:
            self._note_absence(error)
            return False
        async with self._database.transaction() as session:
            await OutboxRepository(session).delete([job_id for job_id, _ in jobs])
        return True

    def _note_absence(self, error: TransportAway) -> None:
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + QUIET
            log.warning("jobs_wait_for_broker", reason=str(error))
