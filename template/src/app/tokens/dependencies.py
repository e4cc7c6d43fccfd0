"""What FastAPI hands to endpoints about tokens."""

from typing import Annotated

from fastapi import Depends, Request

from app.auth.dependencies import AuthServiceDep
from app.tokens.repository import RefreshTokenRepository
from app.tokens.service import TokenService
from app.web.dependencies import ResourcesDep, SessionDep, TasksDep


async def get_token_service(
    request: Request, logins: AuthServiceDep, tasks: TasksDep, resources: ResourcesDep, session: SessionDep
) -> TokenService:
    """Return the service for tokens of this request's transaction."""
    return TokenService(
        logins=logins,
        refresh_tokens=RefreshTokenRepository(session),
        access_tokens=resources.access_tokens,
        throttle=resources.throttle,
        tasks=tasks,
        settings=resources.tokens,
        role_scopes=request.app.state.role_scopes,
    )


TokenServiceDep = Annotated[TokenService, Depends(get_token_service)]
