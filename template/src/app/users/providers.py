"""The services of users over a transaction, with or without HTTP."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.service import AuditLog
from app.resources import Resources
from app.users.credentials import CredentialService
from app.users.repository import UserRepository
from app.users.service import UserService


def credential_service(session: AsyncSession, resources: Resources) -> CredentialService:
    """Return the credentials of a transaction."""
    return CredentialService(UserRepository(session), resources.passwords, resources.password_policy)


def user_service(session: AsyncSession, resources: Resources, audit: AuditLog) -> UserService:
    """Return the user service of a transaction."""
    return UserService(UserRepository(session), credential_service(session, resources), audit)
