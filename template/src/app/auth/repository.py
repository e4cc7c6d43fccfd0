"""Named queries over log-ins, refresh tokens, mail tokens and audit events."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from app.auth.models import AuditModel, MailPurpose, MailTokenModel, RefreshTokenModel, SessionModel
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
    )
)


class ActiveLogin(NamedTuple):
    """An active user and what the request needs of the log-in."""

    user: UserModel
    authenticated_at: datetime
    scope: str | None


class SessionRepository(Repository):
    """Log-ins and their refresh tokens, one session of the database."""

    async def get_active(self, session_id: UUID, user_id: UUID) -> ActiveLogin | None:
        """Return an active user together with a log-in that has not ended: the one query of every request."""
        values = {"session_id": session_id, "user_id": user_id, "now": utc_now()}
        row = (await self.session.execute(ACTIVE, values)).one_or_none()
        return ActiveLogin(*row) if row else None

    async def all_of(self, user_id: UUID) -> Sequence[SessionModel]:
        """Return the log-ins of a user that have not ended, latest first."""
        query = select(SessionModel).where(SessionModel.user_id == user_id, SessionModel.expires_at > utc_now())
        return (await self.session.scalars(query.order_by(SessionModel.last_used_at.desc()))).all()

    async def end(self, session_id: UUID, user_id: UUID) -> bool:
        """End one log-in of a user; tell whether there was one."""
        statement = delete(SessionModel).where(SessionModel.id == session_id, SessionModel.user_id == user_id)
        return await self.changed_one(statement)

    async def end_all_of(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End all log-ins of a user, or all but one."""
        statement = delete(SessionModel).where(SessionModel.user_id == user_id)
        await self.session.execute(statement if but is None else statement.where(SessionModel.id != but))

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

    async def get_by_refresh_token(self, token_digest: str) -> tuple[RefreshTokenModel, SessionModel, UserModel] | None:
        """Return a refresh token, spent or not, with its log-in and user."""
        query = (
            select(RefreshTokenModel, SessionModel, UserModel)
            .join(SessionModel, SessionModel.id == RefreshTokenModel.session_id)
            .join(UserModel, UserModel.id == SessionModel.user_id)
            .where(RefreshTokenModel.token_digest == token_digest)
        )
        row = (await self.session.execute(query)).one_or_none()
        return (row[0], row[1], row[2]) if row else None


class MailTokenRepository(Repository):
    """Tokens of links in mails."""

    async def get_pending(self, token_id: UUID) -> MailTokenModel | None:
        """Return a registration that waits for its confirmation."""
        token = await self.session.get(MailTokenModel, token_id)
        return token if token is not None and token.purpose == MailPurpose.REGISTER else None

    async def find(self, token_digest: str, purposes: Collection[MailPurpose]) -> MailTokenModel | None:
        """Return a token that still works for one of these purposes."""
        return await self.session.scalar(
            select(MailTokenModel).where(
                MailTokenModel.token_digest == token_digest,
                MailTokenModel.purpose.in_(purposes),
                MailTokenModel.expires_at > utc_now(),
            )
        )

    async def replace(
        self,
        purpose: MailPurpose,
        *,
        email: str,
        token_digest: str,
        expires_at: datetime,
        user_id: UUID | None = None,
        payload: dict[str, str | None] | None = None,
    ) -> MailTokenModel:
        """Store a token; earlier ones of the same user for the same purpose, and all expired ones, are dropped."""
        if user_id is not None:
            await self.drop(user_id, (purpose,))
        await self.session.execute(delete(MailTokenModel).where(MailTokenModel.expires_at <= utc_now()))
        return await self.add(
            MailTokenModel(
                purpose=purpose,
                email=email,
                token_digest=token_digest,
                expires_at=expires_at,
                user_id=user_id,
                payload=payload or {},
            )
        )

    async def drop(self, user_id: UUID, purposes: Collection[MailPurpose]) -> None:
        """Drop a user's tokens for these purposes."""
        await self.session.execute(
            delete(MailTokenModel).where(MailTokenModel.user_id == user_id, MailTokenModel.purpose.in_(purposes))
        )

    async def consume(self, token_digest: str, purposes: Collection[MailPurpose]) -> MailTokenModel | None:
        """Return a token and delete it; at most one of any number of callers gets it."""
        token = await self.find(token_digest, purposes)
        if token is None:
            return None
        return token if await self.changed_one(delete(MailTokenModel).where(MailTokenModel.id == token.id)) else None


class AuditRepository(Repository):
    """What matters for the security of accounts, written once and never changed."""

    def record(
        self, event: str, *, user_id: UUID | None, actor_id: UUID | None, address: str | None, request_id: str | None
    ) -> None:
        """Note an event; it is written with the transaction."""
        self.session.add(
            AuditModel(event=event, user_id=user_id, actor_id=actor_id, address=address, request_id=request_id)
        )
