"""Tokens over HTTP, and the public keys that verify them."""

from typing import Annotated

from fastapi import APIRouter, Form, Response, status

from app.auth.dependencies import AuthServiceDep
from app.core.errors import TooManyRequests
from app.security.errors import UnknownScope
from app.security.passwords import HashingBusy
from app.tokens.dependencies import TokenServiceDep
from app.tokens.errors import InvalidRefreshToken
from app.tokens.schemas import LoginForm, PublicKeys, RefreshRequest, TokenPair
from app.users.errors import InvalidCredentials
from app.web.dependencies import ActorDep, ResourcesDep
from app.web.problems import problems

public_router = APIRouter(prefix="/auth", tags=["auth"])
router = APIRouter(prefix="/auth", tags=["auth"])
account_router = APIRouter(prefix="/auth", tags=["auth"])
jwks_router = APIRouter(prefix="/.well-known", tags=["auth"])


@public_router.post(
    "/token",
    summary="Log in",
    responses=problems(InvalidCredentials, UnknownScope, TooManyRequests, HashingBusy),
)
async def create_token(form: Annotated[LoginForm, Form()], service: TokenServiceDep) -> TokenPair:
    """Exchange an e-mail address (`username`) and a password for an access token and a refresh token.

    Only for the service's own clients: no other application should ever see a password.
    """
    return await service.log_in(form.username, form.password.get_secret_value(), scope=form.scope)


@public_router.post("/refresh", summary="Refresh tokens", responses=problems(InvalidRefreshToken, TooManyRequests))
async def refresh_token(data: RefreshRequest, service: TokenServiceDep) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Each refresh token works once. A second use means that it was copied: the whole log-in ends.
    """
    return await service.refresh(data.refresh_token)


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, summary="Log out")
async def log_out(actor: ActorDep, service: AuthServiceDep) -> None:
    """End this log-in. Its access token and refresh token are refused at once."""
    await service.log_out(actor)


@account_router.post("/logout-all", status_code=status.HTTP_204_NO_CONTENT, summary="Log out everywhere")
async def log_out_everywhere(actor: ActorDep, service: AuthServiceDep) -> None:
    """End all of your log-ins, on every device, at once."""
    await service.log_out_everywhere(actor)


@jwks_router.get("/jwks.json", response_model_exclude_none=True, summary="Read the public keys")
async def get_public_keys(resources: ResourcesDep, response: Response) -> PublicKeys:
    """Return the public keys (RFC 7517) with which other services can verify access tokens."""
    # A key is published well before it signs (docs/authentication.md), so five minutes are never too long.
    response.headers["Cache-Control"] = "public, max-age=300"
    return PublicKeys.model_validate(resources.keys.public())
