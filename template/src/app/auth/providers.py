"""The service for log-ins over a transaction, with or without HTTP."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.service import AuditLog
from app.auth.repository import SessionRepository
from app.auth.service import AuthService
from app.resources import Resources
from app.users.providers import credential_service


def auth_service(session: AsyncSession, resources: Resources, audit: AuditLog) -> AuthService:
    """Return the service for log-ins of a transaction."""
    return AuthService(
        credentials=credential_service(session, resources),
        sessions=SessionRepository(session),
        audit=audit,
        throttle=resources.throttle,
        settings=resources.security,
    )
