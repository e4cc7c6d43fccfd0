"""Named queries over log-ins and refresh tokens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update

from app.auth.models import RefreshTokenModel, SessionModel
from app.core.clock import utc_now
from app.core.repository import Repository
from app.users.models import UserModel

# Every guarded request runs this one: building it anew would cost as much as running it.
ACTIVE = (
    select(UserModel, SessionModel.authenticated_at, SessionModel.scope)
    .join(SessionModel, SessionModel.user_id == UserModel.id)
    .where(
        SessionModel.id == bindparam("session_id"),
        UserModel.id == bindparam("user_id"),
        UserModel.is_active,
        SessionModel.expires_at > bindparam("now"),
        or_(UserModel.locked_at.is_(None), SessionModel.authenticated_at > UserModel.locked_at),
    )
)


class ActiveLogin(NamedTuple):
    """An active user and what the request needs of the log-in."""

    user: UserModel
    authenticated_at: datetime
    scope: str | None


class Found(NamedTuple):
    """A refresh token, spent or not, with its log-in and user."""

    token: RefreshTokenModel
    login: SessionModel
    user: UserModel


class SessionRepository(Repository):
    """Log-ins and their refresh tokens, one session of the database."""

    async def get_active(self, session_id: UUID, user_id: UUID) -> ActiveLogin | None:
        """Return an active user together with a log-in that has not ended: the one query of every request."""
        values = {"session_id": session_id, "user_id": user_id, "now": utc_now()}
        row = (await self.session.execute(ACTIVE, values)).one_or_none()
        return ActiveLogin(*row) if row else None

    async def open(
        self, user_id: UUID, *, scope: str | None, user_agent: str, address: str, lifetime: timedelta
    ) -> SessionModel:
        """Store a log-in that begins now."""
        now = utc_now()
        return await self.add(
            SessionModel(
                user_id=user_id,
                scope=scope,
                user_agent=user_agent[:200],
                address=address[:64],
                authenticated_at=now,
                last_used_at=now,
                expires_at=now + lifetime,
            )
        )

    async def all_of(self, user_id: UUID) -> Sequence[SessionModel]:
        """Return the log-ins of a user that have not ended, latest first."""
        query = select(SessionModel).where(SessionModel.user_id == user_id, SessionModel.expires_at > utc_now())
        return (await self.session.scalars(query.order_by(SessionModel.last_used_at.desc()))).all()

    async def end(self, session_id: UUID, user_id: UUID) -> bool:
        """End one log-in of a user; tell whether there was one."""
        which = (SessionModel.id == session_id, SessionModel.user_id == user_id)
        await self._end_tokens_of(*which)
        return await self.changed_one(delete(SessionModel).where(*which))

    async def end_all_of(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End all log-ins of a user, or all but one."""
        which = (SessionModel.user_id == user_id, *(() if but is None else (SessionModel.id != but,)))
        await self._end_tokens_of(*which)
        await self.session.execute(delete(SessionModel).where(*which))

    async def _end_tokens_of(self, *which: ColumnElement[bool]) -> None:
        # In the order in which a refresh locks them: first the token, then its log-in. The foreign key alone would take
        # them the other way round, and whoever logs out beside a refresh would end in a deadlock.
        logins = select(SessionModel.id).where(*which)
        statement = delete(RefreshTokenModel).where(RefreshTokenModel.session_id.in_(logins))
        await self.session.execute(statement, execution_options={"synchronize_session": False})

    async def delete_expired_of(self, user_id: UUID) -> None:
        """Drop log-ins of a user that have run out."""
        statement = delete(SessionModel).where(SessionModel.user_id == user_id, SessionModel.expires_at <= utc_now())
        await self.session.execute(statement)

    async def add_refresh_token(self, session_id: UUID, *, token_digest: str, expires_at: datetime) -> None:
        """Store the digest of a new refresh token."""
        await self.add(RefreshTokenModel(session_id=session_id, token_digest=token_digest, expires_at=expires_at))

    async def spend(self, token_digest: str) -> bool:
        """Spend a refresh token; True for exactly one of any number of callers, and only before it expires."""
        now = utc_now()
        statement = update(RefreshTokenModel).where(
            RefreshTokenModel.token_digest == token_digest,
            RefreshTokenModel.spent_at.is_(None),
            RefreshTokenModel.expires_at > now,
        )
        return await self.changed_one(statement.values(spent_at=now))

    async def get_by_refresh_token(self, token_digest: str) -> Found | None:
        """Return a refresh token, spent or not, with its log-in and user."""
        query = (
            select(RefreshTokenModel, SessionModel, UserModel)
            .join(SessionModel, SessionModel.id == RefreshTokenModel.session_id)
            .join(UserModel, UserModel.id == SessionModel.user_id)
            .where(RefreshTokenModel.token_digest == token_digest)
        )
        row = (await self.session.execute(query)).one_or_none()
        return Found(*row) if row else None
