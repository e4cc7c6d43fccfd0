"""What FastAPI hands to endpoints about API keys."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from app.api_keys.providers import api_key_service
from app.api_keys.repository import SORT_COLUMNS
from app.api_keys.service import ApiKeyService
from app.audit.dependencies import AuditDep
from app.core.pagination import PageRequest
from app.web.dependencies import SessionDep
from app.web.pagination import DEFAULT_LIMIT, LimitQuery, cursor_query


async def get_api_key_service(request: Request, session: SessionDep, audit: AuditDep) -> ApiKeyService:
    """Return the service for API keys of this request's transaction."""
    return api_key_service(session, audit, grantable=request.app.state.key_scopes)


ApiKeyServiceDep = Annotated[ApiKeyService, Depends(get_api_key_service)]

ApiKeySort = Annotated[Literal["created_at", "-created_at"], Query(description="Order; `-` means latest first.")]

ApiKeyCursor = Annotated[str | None, cursor_query(SORT_COLUMNS)]


async def get_api_key_paging(
    limit: LimitQuery = DEFAULT_LIMIT, cursor: ApiKeyCursor = None, sort: ApiKeySort = "-created_at"
) -> PageRequest:
    """Return which page of keys is asked for."""
    return PageRequest(limit, sort, cursor)


ApiKeyPagingDep = Annotated[PageRequest, Depends(get_api_key_paging)]
