"""Named queries over log-ins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Select, and_, bindparam, delete, or_, select

from app.auth.models import SessionModel, SessionTokenModel
from app.core.batches import BATCH, Batch
from app.core.clock import utc_now
from app.core.repository import Repository
from app.users.models import UserModel

#: Log-ins that a user may have at once: more than anybody has devices. Without an end, whoever logs in again and again
#: fills the table, and listing them all keeps every other request waiting.
LOGINS_PER_USER = 50
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
        latest_first = query.order_by(SessionModel.last_used_at.desc()).limit(LOGINS_PER_USER)
        return (await self.session.scalars(latest_first)).all()

    async def end(self, session_id: UUID, user_id: UUID) -> bool:
        """End one log-in of a user; tell whether there was one."""
        which = select(SessionModel.id).where(SessionModel.id == session_id, SessionModel.user_id == user_id)
        return await self._end(which) == 1

    async def end_all_of(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End all log-ins of a user, or all but one."""
        which = select(SessionModel.id).where(SessionModel.user_id == user_id)
        await self._end(which if but is None else which.where(SessionModel.id != but))

    async def make_room(self, user_id: UUID) -> None:
        """End the log-ins of a user that have run out, and those not used for longest if one more is too many."""
        of_user = select(SessionModel.id).where(SessionModel.user_id == user_id)
        latest_first = (SessionModel.last_used_at.desc(), SessionModel.id.desc())
        latest = of_user.where(SessionModel.expires_at > utc_now()).order_by(*latest_first).limit(LOGINS_PER_USER - 1)
        # In a derived table: MySQL and MariaDB take no LIMIT in the subquery of an IN.
        await self._end(of_user.where(SessionModel.id.not_in(select(latest.subquery().c.id))))

    async def _end(self, which: Select[UUID]) -> int:
        """End log-ins by their ids, with their tokens, and return how many there were."""
        # In the order in which a refresh locks them: first the token, then its log-in. The foreign key alone would take
        # them the other way round, and whoever logs out beside a refresh would end in a deadlock. Two log-outs at once
        # would, too, if the DELETE itself looked for the log-ins: MariaDB locks what a subquery reads.
        ended, logins = 0, sorted(await self.session.scalars(which))
        for start in range(0, len(logins), BATCH):
            some = logins[start : start + BATCH]
            await self._delete(delete(SessionTokenModel).where(SessionTokenModel.session_id.in_(some)))
            ended += await self._delete(delete(SessionModel).where(SessionModel.id.in_(some)))
        return ended

    async def _delete(self, statement: Delete) -> int:
        result = await self.session.execute(statement, execution_options={"synchronize_session": False})
        return cast("CursorResult[Any]", result).rowcount

    async def delete_expired_tokens(self, after: UUID) -> Batch:
        """Drop some of the tokens that have run out, spent or not."""
        return await self.delete_batch(SessionTokenModel, SessionTokenModel.expires_at <= utc_now(), after=after)

    async def delete_expired(self, after: UUID) -> Batch:
        """Drop some of the log-ins that have run out."""
        return await self.delete_batch(SessionModel, SessionModel.expires_at <= utc_now(), after=after)
