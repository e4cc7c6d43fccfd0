"""Named queries over refresh tokens."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from app.auth.models import SessionModel, SessionTokenModel
from app.core.clock import utc_now
from app.core.repository import Repository
from app.users.models import UserModel


class Found(NamedTuple):
    """A refresh token, spent or not, with its log-in and user."""

    token: SessionTokenModel
    login: SessionModel
    user: UserModel


class RefreshTokenRepository(Repository):
    """Refresh tokens, one session of the database."""

    async def create(self, session_id: UUID, *, token_digest: str, expires_at: datetime) -> None:
        """Store the digest of a new refresh token."""
        await self.add(SessionTokenModel(session_id=session_id, token_digest=token_digest, expires_at=expires_at))

    async def spend(self, token_digest: str) -> bool:
        """Spend a refresh token; True for exactly one of any number of callers, and only before it expires."""
        now = utc_now()
        statement = update(SessionTokenModel).where(
            SessionTokenModel.token_digest == token_digest,
            SessionTokenModel.spent_at.is_(None),
            SessionTokenModel.expires_at > now,
        )
        return await self.changed_one(statement.values(spent_at=now))

    async def get_by_digest(self, token_digest: str) -> Found | None:
        """Return a refresh token, spent or not, with its log-in and user."""
        query = (
            select(SessionTokenModel, SessionModel, UserModel)
            .join(SessionModel, SessionModel.id == SessionTokenModel.session_id)
            .join(UserModel, UserModel.id == SessionModel.user_id)
            .where(SessionTokenModel.token_digest == token_digest)
        )
        row = (await self.session.execute(query)).one_or_none()
        return Found(*row) if row else None
