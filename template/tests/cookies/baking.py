"""Fixtures of a service that gives cookies."""

import pytest

from app.security.cookie_settings import CookieSettings
from tests.cookies.person import COOKIE, SAME_ORIGIN


@pytest.fixture(scope="session")
def cookies() -> CookieSettings:
    """Return settings of log-ins with a cookie."""
    return CookieSettings(environment="test")


@pytest.fixture
def unchecked() -> dict[str, str]:
    """Return a credential that only the database can tell to be none."""
    return {"Cookie": f"{COOKIE}=nobody", **SAME_ORIGIN}
