"""What FastAPI hands to endpoints about log-ins."""

from typing import Annotated

from fastapi import Depends, Request

from app.audit.dependencies import AuditDep
from app.auth.providers import auth_service
from app.auth.service import AuthService
from app.core.errors import Unauthenticated
from app.users.models import UserModel
from app.web.dependencies import ResourcesDep, SessionDep


async def get_current_user(request: Request) -> UserModel:
    """Return the logged-in user, whom the guard has already loaded."""
    user: UserModel | None = request.scope.get("app.user")
    if user is None:
        raise Unauthenticated
    return user


CurrentUser = Annotated[UserModel, Depends(get_current_user)]


async def get_auth_service(audit: AuditDep, resources: ResourcesDep, session: SessionDep) -> AuthService:
    """Return the service for log-ins of this request's transaction."""
    return auth_service(session, resources, audit)


AuthServiceDep = Annotated[AuthService, Depends(get_auth_service)]
