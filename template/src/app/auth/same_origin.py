"""What a browser says of the page that sends a request; no page can forge it."""

from fastapi import Request

from app.core.errors import Forbidden
from app.web.dependencies import READING_METHODS


class CrossSiteRequest(Forbidden):
    """Another page than the service's own made the browser send this."""

    code = "cross-site-request"
    detail = "Requests that change something must come from a page of this service"


async def require_same_origin(request: Request) -> None:
    """Let what changes something through only when a page of this service sends it, or nobody's page.

    `Sec-Fetch-Site` (W3C Fetch Metadata) decides; browsers leave it out over plain HTTP, and then `Origin` has to be
    the service's own. Programs that are no browser send that one header.

    Raises:
        CrossSiteRequest: for everything else.

    """
    if request.method in READING_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSiteRequest
        return
    own = {request.app.state.resources.settings.public_url, str(request.base_url).rstrip("/")}
    if request.headers.get("origin") not in own:
        raise CrossSiteRequest
