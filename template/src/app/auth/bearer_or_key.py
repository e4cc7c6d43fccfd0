"""Who is calling, by the access token of the request or by its API key."""

from fastapi import Request

from app.api_keys.callers import BearerCredential, identify_key
from app.auth import bearer
from app.auth.bearer import CHALLENGE, REFUSALS, BearerToken
from app.core.principal import Principal
from app.security.api_key_format import PREFIX
from app.web.dependencies import SessionDep

__all__ = ["CHALLENGE", "REFUSALS", "identify"]


async def identify(
    request: Request, token: BearerToken, credential: BearerCredential, session: SessionDep
) -> Principal:
    """Return who is calling: a program with a key, the user of an access token, or nobody.

    Raises:
        InvalidToken: when there is a key or a token, but not a valid one.

    """
    if credential is not None and credential.startswith(PREFIX):
        return await identify_key(request, credential, session)
    return await bearer.identify(request, token, session)
