"""Writing audit events, reading them page by page, and dropping the old ones."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit.models import AuditModel
from app.core.batches import Batch
from app.core.pagination import Page, PageRequest
from app.core.repository import Repository

SORT_COLUMNS = {"created_at": AuditModel.created_at, "id": AuditModel.id}
BY_ID = {"created_at": AuditModel.id, "id": AuditModel.id}


class AuditRepository(Repository):
    """What matters for the security of accounts, written once and never changed."""

    def record(
        self, event: str, *, user_id: UUID | None, actor_id: UUID | None, address: str | None, request_id: str | None
    ) -> None:
        """Note an event; it is written with the transaction."""
        self.session.add(
            AuditModel(event=event, user_id=user_id, actor_id=actor_id, address=address, request_id=request_id)
        )

    async def page_all(self, request: PageRequest, *, user_id: UUID | None, event: str | None) -> Page[AuditModel]:
        """Return one page of the events: of one account, of one kind, or all.

        Without an account they come in the order of their ids, which are made with the row: there is no index on the
        time alone, and sorting a million rows takes seconds.
        """
        query = select(AuditModel)
        if event is not None:
            query = query.where(AuditModel.event == event)
        if user_id is None:
            return await self.page(query, BY_ID, request)
        return await self.page(query.where(AuditModel.user_id == user_id), SORT_COLUMNS, request)

    async def delete_before(self, moment: datetime, after: UUID) -> Batch:
        """Delete some of the events from before a moment."""
        return await self.delete_batch(AuditModel, AuditModel.created_at < moment, after=after)
