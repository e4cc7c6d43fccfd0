"""The audit log over a transaction, with or without HTTP."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.repository import AuditRepository
from app.audit.service import AuditLog, Client


def audit_log(session: AsyncSession, client: Client) -> AuditLog:
    """Return the audit log of a transaction."""
    return AuditLog(AuditRepository(session), client)
