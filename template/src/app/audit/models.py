"""The table of audit events."""

from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record

#: Scope that lets administrators read what happened to all accounts.
READ = "audit:read"


class AuditModel(Record):
    """Something that matters for the security of an account. No foreign key: it outlives the account."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    event: Mapped[str] = mapped_column(String(50))
    user_id: Mapped[UUID | None]
    #: Who did it; None: a command of the service, or nobody knows.
    actor_id: Mapped[UUID | None]
    #: Address of the client; `cli` for commands.
    address: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
