"""Who is calling, by an access token of the OpenID Connect provider."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.core.errors import Unavailable
from app.core.principal import ANONYMOUS, Principal
from app.security.errors import InvalidToken
from app.security.provider_keys import ProviderAway
from app.security.provider_tokens import ProviderClaims
from app.web.dependencies import ResourcesDep

# Not `openIdConnect`: /docs would have to ask the provider, which its content security policy forbids.
bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="An access token of the OpenID Connect provider.")
#: What `identify` raises.
REFUSALS = (InvalidToken, ProviderAway, Unavailable)
#: What a 401 asks for (RFC 9110, 11.6.1).
CHALLENGE = "Bearer"
BearerToken = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def identify(request: Request, sent: BearerToken, resources: ResourcesDep) -> Principal:
    """Return who is calling: whom a valid access token names, or nobody.

    Raises:
        InvalidToken: when there is a token, but not a valid one.
        ProviderAway: when the provider cannot be asked for the key that would tell.

    """
    principal = ANONYMOUS
    if sent is not None:
        principal = principal_of(await resources.provider_tokens.read(sent.credentials))
    request.scope["app.principal"] = principal
    return principal


def principal_of(claims: ProviderClaims) -> Principal:
    """Return the caller that the claims name. A machine is one like any other: its `sub` is its own."""
    return Principal(
        kind="user",
        id=claims.id,
        scopes=claims.scopes,
        authenticated_at=claims.authenticated_at,
        session_id=claims.session_id,
        issuer=claims.issuer,
        subject=claims.subject,
    )
