"""Logging in, staying logged in, logging out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from limits import parse

from app.audit.service import AuditLog
from app.auth.errors import InvalidRefreshToken, SessionNotFound, UnknownScope
from app.auth.models import SessionModel, granted_scopes
from app.auth.repository import SessionRepository
from app.auth.schemas import TokenPair
from app.auth.tasks import send_session_revoked
from app.core.clock import utc_now
from app.core.database import despite_error
from app.core.errors import Conflict
from app.core.principal import Principal
from app.security.access_tokens import AccessTokens
from app.security.opaque_tokens import digest, new_token
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle, network_of
from app.tasks.queue import TaskQueue
from app.users.credentials import CredentialService
from app.users.errors import InvalidCredentials
from app.users.models import UserModel
from app.users.schemas import login_name

#: Two tabs that refresh at the same moment are no theft: this long after the rotation, the loser is only refused.
RACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class AuthService:
    """Log-ins: rows that every request checks, so that ending one takes effect at once."""

    credentials: CredentialService
    sessions: SessionRepository
    audit: AuditLog
    tokens: AccessTokens
    throttle: Throttle
    tasks: TaskQueue
    settings: SecuritySettings
    role_scopes: Mapping[str, frozenset[str]]

    async def log_in(self, email: str, password: str, *, scope: str = "") -> TokenPair:
        """Check a password and open a log-in.

        Raises:
            TooManyRequests: for the address, the account or the whole service.
            InvalidCredentials: for unknown, wrong and inactive alike.
            UnknownScope: when the user does not have a scope that is asked for.

        """
        email = login_name(email)
        await self._throttle(email)
        try:
            user = await self.credentials.authenticate_user(email, password)
        except InvalidCredentials as error:
            await self.audit.record_failure("login-failed", user_id=error.user_id)
            raise
        await self.throttle.succeeded(email)
        if not (wanted := frozenset(scope.split())) <= self.role_scopes[user.role]:
            raise UnknownScope
        await self.sessions.delete_expired_of(user.id)
        login = await self.sessions.open(
            user.id,
            scope=" ".join(sorted(wanted)) or None,
            user_agent=self.audit.client.user_agent,
            address=self.audit.client.address,
            lifetime=timedelta(days=self.settings.session_days),
        )
        self.audit.record("login", user_id=user.id)
        return await self._issue(login, user)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchange a refresh token for a new pair; the old one is spent.

        Raises:
            InvalidRefreshToken: when it is unknown, expired or spent; a second use ends the whole log-in.

        """
        token_digest = digest(refresh_token)
        if not await self.sessions.spend(token_digest):
            await self._detect_reuse(token_digest)
            raise InvalidRefreshToken
        found = await self.sessions.get_by_refresh_token(token_digest)
        if found is None or not _is_alive(found.user, found.login):
            raise InvalidRefreshToken
        found.login.last_used_at = utc_now()
        try:
            return await self._issue(found.login, found.user)
        except Conflict as error:
            raise InvalidRefreshToken from error

    async def log_out(self, actor: Principal) -> None:
        """End the log-in of this request; its access token is refused from now on."""
        if actor.session_id is not None:
            await self.sessions.end(actor.session_id, actor.user_id)
        self.audit.record("logout", user_id=actor.user_id)

    async def log_out_everywhere(self, actor: Principal) -> None:
        """End all log-ins of the caller."""
        await self.end_all_of(actor.user_id)
        self.audit.record("logout-all", user_id=actor.user_id)

    async def end_all_of(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End all log-ins of a user, or all but one."""
        await self.sessions.end_all_of(user_id, but=but)

    async def all_sessions(self, actor: Principal) -> Sequence[SessionModel]:
        """Return the caller's log-ins, latest first."""
        return await self.sessions.all_of(actor.user_id)

    async def end_session(self, actor: Principal, session_id: UUID) -> None:
        """End one log-in of the caller.

        Raises:
            SessionNotFound: when the caller has no such log-in.

        """
        if not await self.sessions.end(session_id, actor.user_id):
            raise SessionNotFound
        self.audit.record("session-ended", user_id=actor.user_id)

    async def _throttle(self, email: str) -> None:
        settings, network = self.settings, network_of(self.audit.client.address)
        await self.throttle.hit(parse(settings.login_rate_per_address), "login", network)
        await self.throttle.hit(parse(settings.login_rate_global), "login")
        await self.throttle.attempt(email)

    async def _issue(self, login: SessionModel, user: UserModel) -> TokenPair:
        refresh_token = new_token()
        expires_at = min(utc_now() + timedelta(days=self.settings.refresh_token_days), login.expires_at)
        await self.sessions.add_refresh_token(login.id, token_digest=digest(refresh_token), expires_at=expires_at)
        scopes = granted_scopes(self.role_scopes[user.role], login.scope)
        access_token = self.tokens.issue(user_id=user.id, session_id=login.id, scope=" ".join(sorted(scopes)))
        expires_in = int(self.tokens.lifetime.total_seconds())
        return TokenPair(access_token=access_token, expires_in=expires_in, refresh_token=refresh_token)

    async def _detect_reuse(self, token_digest: str) -> None:
        found = await self.sessions.get_by_refresh_token(token_digest)
        if found is None or found.token.spent_at is None or utc_now() - found.token.spent_at <= RACE:
            return
        login_id, user_id = found.login.id, found.user.id
        async with despite_error(self.sessions.session):
            await self.sessions.end(login_id, user_id)
            self.audit.record("refresh-token-reused", user_id=user_id)
            self.tasks.enqueue(send_session_revoked, user_id)


def _is_alive(user: UserModel, login: SessionModel) -> bool:
    ended_by_lock = user.locked_at is not None and login.authenticated_at <= user.locked_at
    return user.is_active and not ended_by_lock and login.expires_at > utc_now()
