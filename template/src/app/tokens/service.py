"""Logging in with tokens, and staying logged in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from limits import parse

from app.auth.models import SessionModel, granted_scopes
from app.auth.service import AuthService
from app.core.clock import utc_now
from app.core.database import despite_error
from app.core.errors import Conflict
from app.security.access_tokens import AccessTokens
from app.security.errors import UnknownScope
from app.security.opaque_tokens import digest, new_token
from app.security.throttle import Throttle
from app.security.token_settings import TokenSettings
from app.tasks.queue import TaskQueue
from app.tokens.errors import InvalidRefreshToken
from app.tokens.repository import RefreshTokenRepository
from app.tokens.schemas import TokenPair
from app.tokens.tasks import send_session_revoked
from app.users.models import UserModel

#: Two tabs that refresh at the same moment are no theft: this long after the rotation, the loser is only refused.
RACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class TokenService:
    """Pairs of an access token and a refresh token, which is exchanged for the next pair."""

    logins: AuthService
    refresh_tokens: RefreshTokenRepository
    access_tokens: AccessTokens
    throttle: Throttle
    tasks: TaskQueue
    settings: TokenSettings
    role_scopes: Mapping[str, frozenset[str]]

    async def log_in(self, email: str, password: str, *, scope: str = "") -> TokenPair:
        """Check a password and open a log-in.

        Raises:
            TooManyRequests, InvalidCredentials: as for `AuthService.authenticate`.
            UnknownScope: when the user does not have a scope that is asked for.

        """
        return await self.open_log_in(await self.logins.authenticate(email, password), scope=scope)

    async def open_log_in(self, user: UserModel, *, scope: str = "") -> TokenPair:
        """Open a log-in of a user who has proved the identity, all of it, and return its tokens.

        Raises:
            UnknownScope: when the user does not have a scope that is asked for.

        """
        if not (wanted := frozenset(scope.split())) <= self.role_scopes[user.role]:
            raise UnknownScope
        lifetime = timedelta(days=self.settings.session_days)
        login = await self.logins.open_session(user, lifetime=lifetime, scope=" ".join(sorted(wanted)) or None)
        return await self._issue(login, user)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchange a refresh token for a new pair; the old one is spent.

        Raises:
            InvalidRefreshToken: when it is unknown, expired or spent; a second use ends the whole log-in.
            TooManyRequests: when the log-in has refreshed too often; the token is as good as before.

        """
        token_digest = digest(refresh_token)
        if not await self.refresh_tokens.spend(token_digest):
            await self._detect_reuse(token_digest)
            raise InvalidRefreshToken
        found = await self.refresh_tokens.get_by_digest(token_digest)
        if found is None or not _is_alive(found.user, found.login):
            raise InvalidRefreshToken
        await self.throttle.hit(parse(self.settings.refresh_rate_per_login), "refresh", str(found.login.id))
        found.login.last_used_at = utc_now()
        try:
            return await self._issue(found.login, found.user)
        except Conflict as error:
            raise InvalidRefreshToken from error

    async def _issue(self, login: SessionModel, user: UserModel) -> TokenPair:
        refresh_token = new_token()
        expires_at = min(utc_now() + timedelta(days=self.settings.refresh_token_days), login.expires_at)
        await self.refresh_tokens.create(login.id, token_digest=digest(refresh_token), expires_at=expires_at)
        scopes = granted_scopes(self.role_scopes[user.role], login.scope)
        access_token = self.access_tokens.issue(user_id=user.id, session_id=login.id, scope=" ".join(sorted(scopes)))
        expires_in = int(self.access_tokens.lifetime.total_seconds())
        return TokenPair(access_token=access_token, expires_in=expires_in, refresh_token=refresh_token)

    async def _detect_reuse(self, token_digest: str) -> None:
        found = await self.refresh_tokens.get_by_digest(token_digest)
        if found is None or found.token.spent_at is None or utc_now() - found.token.spent_at <= RACE:
            return
        login_id, user_id, tell = found.login.id, found.user.id, await self.logins.may_tell(found.user)
        async with despite_error(self.refresh_tokens.session):
            await self.logins.revoke(login_id, user_id, event="refresh-token-reused")
            if tell:
                self.tasks.enqueue(send_session_revoked, user_id)


def _is_alive(user: UserModel, login: SessionModel) -> bool:
    ended_by_lock = user.locked_at is not None and login.authenticated_at <= user.locked_at
    return user.is_active and not ended_by_lock and login.expires_at > utc_now()
