"""The audit log: what happened to which account, from where, in which request."""

from dataclasses import dataclass
from uuid import UUID

from structlog.contextvars import get_contextvars

from app.audit.repository import AuditRepository
from app.core.database import despite_error
from app.core.principal import Principal


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request came from."""

    address: str
    user_agent: str


#: What no request stands behind: commands of the service, and work after a request.
CLI = Client("cli", "")
TASK = Client("task", "")


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Writes audit rows in one transaction."""

    events: AuditRepository
    client: Client

    def record(self, event: str, *, user_id: UUID | None, actor: Principal | None = None) -> None:
        """Note what is about to be committed; `actor` is left out when the user acts."""
        self.events.record(
            event,
            user_id=user_id,
            actor_id=user_id if actor is None or actor.kind == "anonymous" else actor.id,
            address=self.client.address[:64],
            request_id=get_contextvars().get("request_id"),
        )

    async def record_failure(self, event: str, *, user_id: UUID | None) -> None:
        """Note and commit what failed; the request's own work is rolled back."""
        async with despite_error(self.events.session):
            self.record(event, user_id=user_id)
