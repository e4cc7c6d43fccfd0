"""Who is calling, by the access token of the request."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from app.auth.callers import remember
from app.auth.token_logins import TokenLogins
from app.core.principal import ANONYMOUS, Principal
from app.security.errors import InvalidToken
from app.web.dependencies import SessionDep

bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token", auto_error=False, description="Log in with your e-mail address and password."
)
#: What `identify` raises.
REFUSALS = (InvalidToken,)
#: What a 401 asks for (RFC 9110, 11.6.1).
CHALLENGE = "Bearer"
BearerToken = Annotated[str | None, Depends(bearer)]


async def identify(request: Request, token: BearerToken, session: SessionDep) -> Principal:
    """Return who is calling: the user of a valid access token whose log-in has not ended, or nobody.

    Raises:
        InvalidToken: when there is a token, but not a valid one.

    """
    principal = ANONYMOUS
    if token is not None:
        claims = request.app.state.resources.access_tokens.read(token)
        found = await TokenLogins(session).get_active(claims.session_id, claims.user_id)
        if found is None:
            raise InvalidToken
        principal = remember(request, found)
    request.scope["app.principal"] = principal
    return principal
