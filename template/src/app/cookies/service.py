"""Logging in with a cookie."""

from dataclasses import dataclass
from datetime import timedelta

from app.auth.cookie_logins import CookieLogins
from app.auth.service import AuthService
from app.cookies.schemas import Login
from app.security.cookie_settings import CookieSettings
from app.security.opaque_tokens import digest, new_token
from app.users.models import UserModel


@dataclass(frozen=True, slots=True)
class CookieService:
    """Cookies: opaque, stored as digests, new with every log-in."""

    logins: AuthService
    cookies: CookieLogins
    settings: CookieSettings

    async def log_in(self, data: Login, *, present: str | None) -> str:
        """Check a password, open a log-in and return its cookie.

        Raises:
            TooManyRequests, InvalidCredentials: as for `AuthService.authenticate`.

        """
        user = await self.logins.authenticate(data.email, data.password.get_secret_value())
        return await self.open_log_in(user, present=present)

    async def open_log_in(self, user: UserModel, *, present: str | None) -> str:
        """Open a log-in of a user who has proved the identity, all of it, and return its cookie.

        The log-in of the cookie that the browser has at present ends: whoever proves the identity again gets a new
        cookie, and one that somebody else has planted is worth nothing.
        """
        if present is not None and (found := await self.cookies.get_active(digest(present))) is not None:
            await self.logins.revoke(found.login.session_id, found.login.user.id, event="login-replaced")
        login = await self.logins.open_session(user, lifetime=timedelta(days=self.settings.session_days))
        token = new_token()
        idle = timedelta(hours=self.settings.session_idle_hours)
        await self.cookies.create(login, token_digest=digest(token), idle=idle)
        return token
