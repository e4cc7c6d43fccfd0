"""What the audit log does not keep for ever."""

from datetime import timedelta
from typing import TYPE_CHECKING

from app.audit.repository import AuditRepository
from app.core.batches import in_batches
from app.core.clock import utc_now

if TYPE_CHECKING:
    from app.resources import Resources


async def delete_old_events(resources: "Resources") -> dict[str, int]:
    """Delete events that are older than AUDIT_RETENTION_DAYS, and return how many; 0 days keep all."""
    days = resources.security.audit_retention_days
    if days == 0:
        return {"audit events": 0}
    moment = utc_now() - timedelta(days=days)
    number = await in_batches(
        resources.database, lambda session, after: AuditRepository(session).delete_before(moment, after)
    )
    return {"audit events": number}
