"""Writing audit events."""

from uuid import UUID

from app.audit.models import AuditModel
from app.core.repository import Repository


class AuditRepository(Repository):
    """What matters for the security of accounts, written once and never changed."""

    def record(
        self, event: str, *, user_id: UUID | None, actor_id: UUID | None, address: str | None, request_id: str | None
    ) -> None:
        """Note an event; it is written with the transaction."""
        self.session.add(
            AuditModel(event=event, user_id=user_id, actor_id=actor_id, address=address, request_id=request_id)
        )
