"""Fixtures of a service that gives cookies."""

import pytest

from app.cookies.dependencies import BrowserCookieDep, CookieServiceDep
from app.security.cookie_settings import CookieSettings
from app.users.models import UserModel
from tests.cookies.person import COOKIE, SAME_ORIGIN


@pytest.fixture(scope="session")
def cookies() -> CookieSettings:
    """Return settings of log-ins with a cookie."""
    return CookieSettings(environment="test")


@pytest.fixture
def unchecked() -> dict[str, str]:
    """Return a credential that only the database can tell to be none."""
    return {"Cookie": f"{COOKIE}=nobody", **SAME_ORIGIN}


class LogIn:
    """How a team's own endpoint ends a log-in: with a cookie."""

    def __init__(self, cookie: BrowserCookieDep, service: CookieServiceDep) -> None:
        self._cookie, self._service = cookie, service

    async def open(self, user: UserModel) -> None:
        """Open it."""
        self._cookie.set(await self._service.open_log_in(user, present=self._cookie.value))


@pytest.fixture
def log_in_of_a_team() -> type[LogIn]:
    """Return what such an endpoint depends on."""
    return LogIn
