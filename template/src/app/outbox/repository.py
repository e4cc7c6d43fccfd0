"""Adding jobs, claiming those that were left, and deleting those that the broker has."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from app.core.clock import utc_now, uuid7
from app.core.repository import Repository
from app.outbox.models import JobOutboxModel

#: How long whoever has put a job in, or claimed it, has time to send it.
CLAIM = timedelta(seconds=15)


class OutboxRepository(Repository):
    """Jobs on their way to the broker."""

    def put(self, job_id: UUID, body: str, *, claimed_by: UUID) -> None:
        """Add a job; it is written with the transaction."""
        self.session.add(JobOutboxModel(id=job_id, body=body, claimed_by=claimed_by, claimed_until=utc_now() + CLAIM))

    async def claim(self, *, limit: int) -> Sequence[JobOutboxModel]:
        """Return jobs that nobody is at any more, the oldest first; for a while no other claim gets them."""
        now, claimant = utc_now(), uuid7()
        free = select(JobOutboxModel.id).where(JobOutboxModel.claimed_until < now)
        ids = (await self.session.scalars(free.order_by(JobOutboxModel.claimed_until).limit(limit))).all()
        if not ids:
            return ()
        await self.session.execute(
            update(JobOutboxModel)
            .where(JobOutboxModel.id.in_(ids), JobOutboxModel.claimed_until < now)
            .values(claimed_by=claimant, claimed_until=now + CLAIM),
            execution_options={"synchronize_session": False},
        )
        mine = select(JobOutboxModel).where(JobOutboxModel.claimed_by == claimant, JobOutboxModel.id.in_(ids))
        return (await self.session.scalars(mine.order_by(JobOutboxModel.id))).all()

    async def delete(self, ids: Collection[UUID]) -> None:
        """Delete jobs that the broker has."""
        await self.session.execute(delete(JobOutboxModel).where(JobOutboxModel.id.in_(ids)))
