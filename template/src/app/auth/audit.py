"""The audit log: what happened to which account, from where, in which request."""

from dataclasses import dataclass
from uuid import UUID

from structlog.contextvars import get_contextvars

from app.auth.repository import AuditRepository
from app.core.database import despite_error


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request came from."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Writes audit rows for one request."""

    events: AuditRepository
    client: Client

    def record(self, event: str, *, user_id: UUID | None, actor_id: UUID | None = None) -> None:
        """Note what is about to be committed; `actor_id` is left out when the user acts."""
        self.events.record(
            event,
            user_id=user_id,
            actor_id=actor_id or user_id,
            address=self.client.address[:64],
            request_id=get_contextvars().get("request_id"),
        )

    async def record_failure(self, event: str, *, user_id: UUID | None) -> None:
        """Note and commit what failed; the request's own work is rolled back."""
        async with despite_error(self.events.session):
            self.record(event, user_id=user_id)
