"""What administrators read of the audit log."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.core.schemas import PageSchema, Schema


class AuditEvent(Schema):
    """Something that mattered for the security of an account."""

    id: UUID = Field(description="Never changes.", examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c12"])
    event: str = Field(description="What happened.", examples=["login-failed"])
    user_id: UUID | None = Field(
        description="Whose account it was, also when that is gone; null where nobody has it.",
        examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"],
    )
    actor_id: UUID | None = Field(
        description="Who did it; null for a command of the service, or when nobody knows.",
        examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"],
    )
    address: str | None = Field(
        description="Address of the client; `cli` for a command, `task` for work after a request.",
        examples=["192.0.2.7"],
    )
    request_id: str | None = Field(
        description="`X-Request-ID` of the request, which is in the logs, too; null for a command.",
        examples=["0197a3a26d2c7b6e9a530f4f6e1b7c11"],
    )
    created_at: datetime = Field(description="When it happened.", examples=["2026-11-23T09:00:00Z"])


class AuditEventPage(PageSchema[AuditEvent]):
    """One page of the audit log."""
