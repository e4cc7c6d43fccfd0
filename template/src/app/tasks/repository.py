"""Writing and dropping receipts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.batches import Batch
from app.core.repository import Repository
from app.tasks.models import JobReceiptModel


class ReceiptRepository(Repository):
    """What was done, each key once."""

    async def has(self, key: str) -> bool:
        """Whether there is a receipt."""
        return await self.session.scalar(select(JobReceiptModel.id).where(JobReceiptModel.key == key)) is not None

    async def write(self, key: str) -> None:
        """Write a receipt.

        Raises:
            Conflict: when there is one, also from a transaction that was faster.

        """
        await self.add(JobReceiptModel(key=key))

    async def delete_before(self, moment: datetime, after: UUID) -> Batch:
        """Delete some of the receipts from before a moment."""
        return await self.delete_batch(JobReceiptModel, JobReceiptModel.created_at < moment, after=after)
