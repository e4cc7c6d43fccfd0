"""What FastAPI hands to endpoints about users."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.audit.dependencies import AuditDep
from app.core.pagination import PageRequest
from app.users.credentials import CredentialService
from app.users.providers import credential_service, user_service
from app.users.repository import SORT_COLUMNS
from app.users.service import UserService
from app.web.dependencies import ResourcesDep, SessionDep
from app.web.pagination import DEFAULT_LIMIT, LimitQuery, cursor_query


async def get_credential_service(session: SessionDep, resources: ResourcesDep) -> CredentialService:
    """Return the credentials of this request's transaction."""
    return credential_service(session, resources)


async def get_user_service(session: SessionDep, resources: ResourcesDep, audit: AuditDep) -> UserService:
    """Return the user service of this request's transaction."""
    return user_service(session, resources, audit)


CredentialServiceDep = Annotated[CredentialService, Depends(get_credential_service)]
UserServiceDep = Annotated[UserService, Depends(get_user_service)]

UserSort = Annotated[
    Literal["created_at", "-created_at", "email", "-email"], Query(description="Order; `-` means largest first.")
]

UserCursor = Annotated[str | None, cursor_query(SORT_COLUMNS)]


async def get_user_paging(
    limit: LimitQuery = DEFAULT_LIMIT, cursor: UserCursor = None, sort: UserSort = "-created_at"
) -> PageRequest:
    """Return which page of users is asked for."""
    return PageRequest(limit, sort, cursor)


UserPagingDep = Annotated[PageRequest, Depends(get_user_paging)]
