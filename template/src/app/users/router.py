"""Users by id. Registration and "me" belong to `app.accounts`, which stands above the log-ins."""

from uuid import UUID

from fastapi import APIRouter, status

from app.core.pagination import Page
from app.core.principal import ReauthenticationRequired
from app.users.dependencies import UserPagingDep, UserServiceDep
from app.users.errors import LastAdministrator, OwnRights, UserNotFound
from app.users.models import UserModel
from app.users.schemas import User, UserPage, UserRightsUpdate
from app.web.dependencies import ActorDep
from app.web.problems import problems

router = APIRouter(prefix="/users", tags=["users"])
admin_router = APIRouter(prefix="/users", tags=["users"])


@router.get("/{user_id}", response_model=User, summary="Read a user", responses=problems(UserNotFound))
async def get_user(user_id: UUID, actor: ActorDep, service: UserServiceDep) -> UserModel:
    """Return your own account, or any account if you are an administrator."""
    return await service.get_user(actor, user_id)


@admin_router.get("", response_model=UserPage, summary="List users")
async def page_users(paging: UserPagingDep, actor: ActorDep, service: UserServiceDep) -> Page[UserModel]:
    """Return all users, page by page. For administrators."""
    return await service.page_users(actor, paging)


@admin_router.patch(
    "/{user_id}",
    response_model=User,
    summary="Change a user's rights",
    responses=problems(UserNotFound, OwnRights, LastAdministrator, ReauthenticationRequired),
)
async def update_rights(user_id: UUID, data: UserRightsUpdate, actor: ActorDep, service: UserServiceDep) -> UserModel:
    """Change the role or lock the account; both take effect on the user's next request.

    For administrators with a recent log-in. Locking an account ends all of its log-ins.
    """
    return await service.update_rights(actor, user_id, data)


@admin_router.delete(
    "/{user_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete a user",
    responses=problems(UserNotFound, OwnRights, LastAdministrator, ReauthenticationRequired),
)
async def delete_user(user_id: UUID, actor: ActorDep, service: UserServiceDep) -> None:
    """Delete the account and everything that belongs to it. For administrators with a recent log-in."""
    await service.delete_user(actor, user_id)
