"""Who is calling, by the API key of the request or by its cookie."""

from typing import Annotated

from fastapi import Depends, Request

from app.api_keys.callers import BearerCredential, identify_key
from app.auth import cookie
from app.core.principal import Principal
from app.security.errors import InvalidToken
from app.web.dependencies import ResourcesDep, SessionDep

REFUSALS = (*cookie.REFUSALS, InvalidToken)
#: Of a program, which can answer; browsers show nothing for it.
CHALLENGE = "Bearer"


async def identify(
    request: Request,
    declared: Annotated[str | None, Depends(cookie.cookie)],
    credential: BearerCredential,
    session: SessionDep,
    resources: ResourcesDep,
) -> Principal:
    """Return who is calling: a program with a key, the user of a cookie, or nobody.

    No page can make a browser send a key, so a request with one may come from anywhere. A cookie beside it does not
    count: a key that has ended must not turn into the rights of a log-in.

    Raises:
        InvalidToken: when there is a bearer credential, but no valid key.
        CrossSiteRequest: when another page than the service's own makes the browser change something.

    """
    if credential is not None:
        return await identify_key(request, credential, session)
    return await cookie.identify(request, declared, session, resources)
