"""Log in, refresh, log out, and the log-ins of the caller."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response, status

from app.auth.dependencies import AuthServiceDep
from app.auth.errors import InvalidRefreshToken, SessionNotFound, UnknownScope
from app.auth.schemas import LoginForm, PublicKeys, RefreshRequest, Session, TokenPair
from app.core.errors import TooManyRequests
from app.security.passwords import HashingBusy
from app.users.errors import InvalidCredentials
from app.web.dependencies import ActorDep, ResourcesDep
from app.web.problems import problems

public_router = APIRouter(prefix="/auth", tags=["auth"])
router = APIRouter(prefix="/auth", tags=["auth"])
session_router = APIRouter(prefix="/auth", tags=["auth"])
jwks_router = APIRouter(prefix="/.well-known", tags=["auth"])


@public_router.post(
    "/token",
    summary="Log in",
    responses=problems(InvalidCredentials, UnknownScope, TooManyRequests, HashingBusy),
)
async def create_token(form: Annotated[LoginForm, Form()], service: AuthServiceDep) -> TokenPair:
    """Exchange an e-mail address (`username`) and a password for an access token and a refresh token.

    Only for the service's own clients: no other application should ever see a password.
    """
    return await service.log_in(form.username, form.password.get_secret_value(), scope=form.scope)


@public_router.post("/refresh", summary="Refresh tokens", responses=problems(InvalidRefreshToken))
async def refresh_token(data: RefreshRequest, service: AuthServiceDep) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Each refresh token works once. A second use means that it was copied: the whole log-in ends.
    """
    return await service.refresh(data.refresh_token)


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, summary="Log out")
async def log_out(actor: ActorDep, service: AuthServiceDep) -> None:
    """End this log-in. Its access token and refresh token are refused at once."""
    await service.log_out(actor)


@session_router.post("/logout-all", status_code=status.HTTP_204_NO_CONTENT, summary="Log out everywhere")
async def log_out_everywhere(actor: ActorDep, service: AuthServiceDep) -> None:
    """End all of your log-ins, on every device, at once."""
    await service.log_out_everywhere(actor)


@session_router.get("/sessions", summary="List your log-ins")
async def get_sessions(actor: ActorDep, service: AuthServiceDep) -> list[Session]:
    """Return where you are logged in, latest first."""
    return [
        Session(
            id=login.id,
            user_agent=login.user_agent,
            address=login.address,
            current=login.id == actor.session_id,
            created_at=login.created_at,
            last_used_at=login.last_used_at,
            expires_at=login.expires_at,
        )
        for login in await service.all_sessions(actor)
    ]


@session_router.delete(
    "/sessions/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End one of your log-ins",
    responses=problems(SessionNotFound),
)
async def end_session(session_id: UUID, actor: ActorDep, service: AuthServiceDep) -> None:
    """End a log-in on another device (or this one) at once."""
    await service.end_session(actor, session_id)


@jwks_router.get("/jwks.json", response_model_exclude_none=True, summary="Read the public keys")
async def get_public_keys(resources: ResourcesDep, response: Response) -> PublicKeys:
    """Return the public keys (RFC 7517) with which other services can verify access tokens."""
    # A key is published well before it signs (docs/authentication.md), so five minutes are never too long.
    response.headers["Cache-Control"] = "public, max-age=300"
    return PublicKeys.model_validate(resources.keys.public())
