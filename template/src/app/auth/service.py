"""Proving who one is, and the log-ins that this opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from limits import parse

from app.audit.service import AuditLog
from app.auth.errors import SessionNotFound
from app.auth.models import SessionModel
from app.auth.repository import SessionRepository
from app.core.principal import Principal
from app.security.opaque_tokens import digest
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle, network_of
from app.users.credentials import CredentialService
from app.users.errors import InvalidCredentials
from app.users.models import UserModel
from app.users.schemas import login_name


@dataclass(frozen=True, slots=True)
class AuthService:
    """Log-ins: rows that every request checks, so that ending one takes effect at once."""

    credentials: CredentialService
    sessions: SessionRepository
    audit: AuditLog
    throttle: Throttle
    settings: SecuritySettings

    async def authenticate(self, email: str, password: str) -> UserModel:
        """Return the user whose address and password these are.

        Raises:
            TooManyRequests: for the address, the account or the whole service.
            InvalidCredentials: for unknown, wrong and inactive alike.

        """
        email = login_name(email)
        await self._throttle(email)
        try:
            user = await self.credentials.authenticate_user(email, password)
        except InvalidCredentials as error:
            await self.audit.record_failure("login-failed", user_id=error.user_id)
            raise
        await self.throttle.succeeded(email)
        return user

    async def open_session(self, user: UserModel, *, lifetime: timedelta, scope: str | None = None) -> SessionModel:
        """Open a log-in of a user who has just proved the identity; with a scope, it may do no more than that."""
        await self.sessions.make_room(user.id)
        login = await self.sessions.open(
            user.id,
            scope=scope,
            user_agent=self.audit.client.user_agent,
            address=self.audit.client.address,
            lifetime=lifetime,
        )
        self.audit.record("login", user_id=user.id)
        return login

    async def log_out(self, actor: Principal) -> None:
        """End the log-in of this request; its credentials are refused from now on."""
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

    async def revoke(self, session_id: UUID, user_id: UUID, *, event: str) -> None:
        """End a log-in that its user has not ended; the audit log keeps the reason."""
        await self.sessions.end(session_id, user_id)
        self.audit.record(event, user_id=user_id)

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

    async def may_tell(self, user: UserModel) -> bool:
        """Tell whether a user gets a notice now: at a confirmed address always, at others no oftener than other mails.

        An address that nobody has confirmed may be a stranger's, whose mailbox is not to be filled.
        """
        limit = parse(self.settings.mail_rate_per_account)
        return user.email_verified_at is not None or await self.throttle.admits(limit, "notice", digest(user.email))

    async def _throttle(self, email: str) -> None:
        settings, network = self.settings, network_of(self.audit.client.address)
        await self.throttle.hit(parse(settings.login_rate_per_address), "login", network)
        await self.throttle.hit(parse(settings.login_rate_global), "login")
        await self.throttle.attempt(email)
