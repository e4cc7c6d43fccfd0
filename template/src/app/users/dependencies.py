"""What FastAPI hands to endpoints about users."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.core.pagination import PageRequest
from app.users.repository import SORT_COLUMNS, UserRepository
from app.users.service import UserService
from app.web.dependencies import ResourcesDep, SessionDep
from app.web.pagination import DEFAULT_LIMIT, LimitQuery, cursor_query


async def get_user_repo(session: SessionDep) -> UserRepository:
    """Return the users of this request's transaction."""
    return UserRepository(session)


UserRepoDep = Annotated[UserRepository, Depends(get_user_repo)]


async def get_user_service(users: UserRepoDep, resources: ResourcesDep) -> UserService:
    """Return the user service of this request's transaction."""
    return UserService(users, resources.passwords, resources.password_policy)


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
