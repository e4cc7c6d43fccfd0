"""The audit log: what happened to which account, from where, in which request."""

from dataclasses import dataclass
from uuid import UUID

from structlog.contextvars import get_contextvars

from app.audit.models import READ, AuditModel
from app.audit.repository import AuditRepository
from app.core.database import despite_error
from app.core.errors import Forbidden
from app.core.pagination import Page, PageRequest
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
    """Writes audit rows in one transaction, and shows them to administrators."""

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

    async def page_events(
        self, actor: Principal, request: PageRequest, *, user_id: UUID | None = None, event: str | None = None
    ) -> Page[AuditModel]:
        """Return one page of what happened: to one account, of one kind, or all.

        Raises:
            Forbidden: when the actor is no administrator.

        """
        if not actor.may(READ):
            raise Forbidden
        return await self.events.page_all(request, user_id=user_id, event=event)
