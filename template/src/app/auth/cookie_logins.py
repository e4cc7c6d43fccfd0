"""Cookies of log-ins: the one query of every request that brings one, and what keeps a log-in from ending idle."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.auth.models import SessionModel, SessionTokenModel
from app.auth.repository import ALIVE, ActiveLogin
from app.core.clock import utc_now
from app.core.repository import Repository
from app.users.models import UserModel

# Building it anew would cost as much as running it.
ACTIVE = (
    select(UserModel, SessionModel.id, SessionModel.authenticated_at, SessionModel.scope, SessionModel.last_used_at)
    .join(SessionModel, SessionModel.user_id == UserModel.id)
    .join(SessionTokenModel, SessionTokenModel.session_id == SessionModel.id)
    .where(
        SessionTokenModel.token_digest == bindparam("token_digest"),
        SessionTokenModel.expires_at > bindparam("now"),
        ALIVE,
    )
)


class FoundCookie(NamedTuple):
    """The log-in that a cookie belongs to, and when that was last noted as used."""

    login: ActiveLogin
    last_used_at: datetime


class CookieLogins(Repository):
    """Log-ins by their cookie, one session of the database."""

    async def create(self, login: SessionModel, *, token_digest: str, idle: timedelta) -> None:
        """Store the digest of a new cookie."""
        expires_at = min(utc_now() + idle, login.expires_at)
        await self.add(SessionTokenModel(session_id=login.id, token_digest=token_digest, expires_at=expires_at))

    async def get_active(self, token_digest: str) -> FoundCookie | None:
        """Return an active user together with a log-in that has not ended."""
        row = (await self.session.execute(ACTIVE, {"token_digest": token_digest, "now": utc_now()})).one_or_none()
        return FoundCookie(ActiveLogin(*row[:-1]), row[-1]) if row else None

    async def note_use(self, session_id: UUID, *, idle: timedelta) -> None:
        """Let a log-in go on for another idle time; its own end stays what it is, and is asked for on every request."""
        now = utc_now()
        # In the order of `SessionRepository.end`: first the token, then its log-in.
        tokens = update(SessionTokenModel).where(SessionTokenModel.session_id == session_id)
        await self.session.execute(tokens.values(expires_at=now + idle))
        logins = update(SessionModel).where(SessionModel.id == session_id)
        await self.session.execute(logins.values(last_used_at=now))
