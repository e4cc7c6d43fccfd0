"""The service of API keys over a transaction, without HTTP."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.api_keys.repository import ApiKeyRepository
from app.api_keys.service import ApiKeyService
from app.audit.service import AuditLog


def api_key_service(
    session: AsyncSession, audit: AuditLog, *, grantable: frozenset[str] = frozenset()
) -> ApiKeyService:
    """Return the service for keys of a transaction; without `grantable` it makes none."""
    return ApiKeyService(ApiKeyRepository(session), audit, grantable)
