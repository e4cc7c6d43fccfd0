"""Who is calling, by the cookie of the request."""

from datetime import timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie

from app.auth.callers import remember
from app.auth.cookie_logins import CookieLogins
from app.auth.same_origin import CrossSiteRequest, require_same_origin
from app.core.clock import utc_now
from app.core.errors import Unauthenticated
from app.core.principal import ANONYMOUS, Principal
from app.core.settings import Settings
from app.resources import Resources
from app.security.opaque_tokens import digest
from app.web.dependencies import ResourcesDep, SessionDep

#: Browsers take a cookie of this name over HTTPS only, and from this host only: no subdomain can plant one.
SECURE_NAME, PLAIN_NAME = "__Host-session", "session"
#: What `identify` raises, and the guards behind it.
REFUSALS = (Unauthenticated, CrossSiteRequest)
#: A browser has nothing to answer with: there is no challenge for cookies.
CHALLENGE = None
#: How often at most the use of a log-in is written down.
NOTED_EVERY = timedelta(minutes=5)

cookie = APIKeyCookie(
    name=SECURE_NAME,
    auto_error=False,
    description=f"`POST /api/v1/auth/login` sets it. Over plain HTTP, in development, it is called `{PLAIN_NAME}`.",
)


def name_of_cookie(settings: Settings) -> str:
    """Return what the cookie is called where the service is reached as PUBLIC_URL says."""
    return SECURE_NAME if settings.public_url.startswith("https:") else PLAIN_NAME


async def identify(
    request: Request, _declared: Annotated[str | None, Depends(cookie)], session: SessionDep, resources: ResourcesDep
) -> Principal:
    """Return who is calling: the user of a log-in that has not ended, or nobody.

    Raises:
        CrossSiteRequest: when another page than the service's own makes the browser change something.

    """
    principal = ANONYMOUS
    token = request.cookies.get(name_of_cookie(resources.settings))
    if token is not None:
        await require_same_origin(request)
        found = await CookieLogins(session).get_active(digest(token))
        if found is not None:
            principal = remember(request, found.login)
            if utc_now() - found.last_used_at > NOTED_EVERY:
                # Beside the request: a reading one may not write, and none should wait for that.
                resources.tasks.start("note_use", partial(note_use, resources, found.login.session_id))
    request.scope["app.principal"] = principal
    return principal


async def note_use(resources: Resources, session_id: UUID) -> None:
    """Write down that a log-in is in use."""
    async with resources.database.transaction() as session:
        await CookieLogins(session).note_use(session_id, idle=timedelta(hours=resources.cookies.session_idle_hours))
