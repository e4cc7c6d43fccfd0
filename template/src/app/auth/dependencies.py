"""Who is calling, found out once per request, and the guards that `app.api` puts before routers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from app.audit.dependencies import AuditDep
from app.auth.errors import MissingScope
from app.auth.models import granted_scopes
from app.auth.repository import SessionRepository
from app.auth.service import AuthService
from app.core.errors import Unauthenticated
from app.core.principal import ANONYMOUS, Principal
from app.security.access_tokens import InvalidToken
from app.users.dependencies import CredentialServiceDep
from app.users.models import UserModel
from app.web.dependencies import READING_METHODS, ResourcesDep, SessionDep, TasksDep

bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token", auto_error=False, description="Log in with your e-mail address and password."
)
BearerToken = Annotated[str | None, Depends(bearer)]


async def identify(request: Request, token: BearerToken, session: SessionDep) -> Principal:
    """Return who is calling: the user of a valid access token whose log-in has not ended, or nobody.

    Raises:
        InvalidToken: when there is a token, but not a valid one.

    """
    principal = ANONYMOUS
    if token is not None:
        claims = request.app.state.resources.access_tokens.read(token)
        found = await SessionRepository(session).get_active(claims.session_id, claims.user_id)
        if found is None:
            raise InvalidToken
        user = found.user
        request.scope["app.user"] = user
        principal = Principal(
            kind="user",
            id=user.id,
            scopes=granted_scopes(request.app.state.role_scopes[user.role], found.scope),
            authenticated_at=found.authenticated_at,
            session_id=claims.session_id,
        )
    request.scope["app.principal"] = principal
    return principal


IdentityDep = Annotated[Principal, Depends(identify)]


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets only callers through that are logged in and, where one is named, have the scope."""

    read: str | None = None
    write: str | None = None

    def scope_for(self, method: str) -> str | None:
        """Return the scope that a method needs; `app.web.openapi` tells clients."""
        return self.read if method in READING_METHODS else self.write

    async def __call__(self, request: Request, caller: IdentityDep) -> None:
        """Check the caller.

        Raises:
            Unauthenticated: when nobody is logged in.
            MissingScope: when the scope for this method is missing.

        """
        if caller.kind == "anonymous":
            raise Unauthenticated
        scope = self.scope_for(request.method)
        if scope is not None and not caller.may(scope):
            raise MissingScope


def require(scope: str | None = None, *, write: str | None = None) -> Guard:
    """Return a guard: any log-in, one scope for everything, or another one (`write`) for what changes data."""
    return Guard(read=scope, write=write or scope)


async def get_current_user(request: Request) -> UserModel:
    """Return the logged-in user, whom the guard has already loaded."""
    user: UserModel | None = request.scope.get("app.user")
    if user is None:
        raise Unauthenticated
    return user


CurrentUser = Annotated[UserModel, Depends(get_current_user)]


async def get_auth_service(
    request: Request,
    credentials: CredentialServiceDep,
    audit: AuditDep,
    tasks: TasksDep,
    resources: ResourcesDep,
    session: SessionDep,
) -> AuthService:
    """Return the service for log-ins of this request's transaction."""
    role_scopes: Mapping[str, frozenset[str]] = request.app.state.role_scopes
    return AuthService(
        credentials=credentials,
        sessions=SessionRepository(session),
        audit=audit,
        tokens=resources.access_tokens,
        throttle=resources.throttle,
        tasks=tasks,
        settings=resources.security,
        role_scopes=role_scopes,
    )


AuthServiceDep = Annotated[AuthService, Depends(get_auth_service)]
