"""What FastAPI hands to endpoints about cookies."""

from typing import Annotated

from fastapi import Depends, Request, Response

from app.auth.cookie import SECURE_NAME, name_of_cookie
from app.auth.cookie_logins import CookieLogins
from app.auth.dependencies import AuthServiceDep
from app.cookies.service import CookieService
from app.web.dependencies import ResourcesDep, SessionDep


async def get_cookie_service(logins: AuthServiceDep, resources: ResourcesDep, session: SessionDep) -> CookieService:
    """Return the service for cookies of this request's transaction."""
    return CookieService(logins=logins, cookies=CookieLogins(session), settings=resources.cookies)


CookieServiceDep = Annotated[CookieService, Depends(get_cookie_service)]


class BrowserCookie:
    """The cookie of this request, and how the answer changes it."""

    def __init__(self, request: Request, response: Response, resources: ResourcesDep) -> None:
        self._response = response
        self._name = name_of_cookie(resources.settings)
        self._days = resources.cookies.session_days
        self.value = request.cookies.get(self._name)

    def set(self, value: str) -> None:
        """Give the browser a cookie: no script reads it, and requests that other sites make do not carry it."""
        self._write(value, seconds=self._days * 24 * 60 * 60)

    def delete(self) -> None:
        """Let the browser forget it."""
        self._write("", seconds=0)

    def _write(self, value: str, *, seconds: int) -> None:
        secure = self._name == SECURE_NAME
        self._response.set_cookie(
            self._name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax"
        )


BrowserCookieDep = Annotated[BrowserCookie, Depends()]
