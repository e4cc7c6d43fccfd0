"""Named queries over log-ins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select

from app.auth.models import SessionModel, SessionTokenModel
from app.core.batches import BATCH, Batch
from app.core.clock import utc_now
from app.core.repository import Repository
from app.users.models import UserModel

#: What every request asks of the log-in that it names (`now`: the moment of the request).
ALIVE = and_(
    UserModel.is_active,
    SessionModel.expires_at > bindparam("now"),
    or_(UserModel.locked_at.is_(None), SessionModel.authenticated_at > UserModel.locked_at),
)


class ActiveLogin(NamedTuple):
    """An active user and what the request needs of the log-in."""

    user: UserModel
    session_id: UUID
    authenticated_at: datetime
    scope: str | None


class SessionRepository(Repository):
    """Log-ins, one session of the database."""

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
        # them the other way round, and whoever logs out beside a refresh would end in a deadlock. Two log-outs at once
        # would, too, if the DELETE itself looked for the log-ins: MariaDB locks what a subquery reads.
        logins = (await self.session.scalars(select(SessionModel.id).where(*which).order_by(SessionModel.id))).all()
        for start in range(0, len(logins), BATCH):
            of_some = SessionTokenModel.session_id.in_(logins[start : start + BATCH])
            statement = delete(SessionTokenModel).where(of_some)
            await self.session.execute(statement, execution_options={"synchronize_session": False})

    async def delete_expired_of(self, user_id: UUID) -> None:
        """Drop log-ins of a user that have run out."""
        statement = delete(SessionModel).where(SessionModel.user_id == user_id, SessionModel.expires_at <= utc_now())
        await self.session.execute(statement)

    async def delete_expired_tokens(self, after: UUID) -> Batch:
        """Drop some of the tokens that have run out, spent or not."""
        return await self.delete_batch(SessionTokenModel, SessionTokenModel.expires_at <= utc_now(), after=after)

    async def delete_expired(self, after: UUID) -> Batch:
        """Drop some of the log-ins that have run out."""
        return await self.delete_batch(SessionModel, SessionModel.expires_at <= utc_now(), after=after)
