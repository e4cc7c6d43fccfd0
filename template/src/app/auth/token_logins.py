"""The one query of every request with an access token."""

from uuid import UUID

from sqlalchemy import bindparam, select

from app.auth.models import SessionModel
from app.auth.repository import ALIVE, ActiveLogin
from app.core.clock import utc_now
from app.core.repository import Repository
from app.users.models import UserModel

# Building it anew would cost as much as running it.
ACTIVE = (
    select(UserModel, SessionModel.id, SessionModel.authenticated_at, SessionModel.scope)
    .join(SessionModel, SessionModel.user_id == UserModel.id)
    .where(SessionModel.id == bindparam("session_id"), UserModel.id == bindparam("user_id"), ALIVE)
)


class TokenLogins(Repository):
    """Log-ins by what an access token says, one session of the database."""

    async def get_active(self, session_id: UUID, user_id: UUID) -> ActiveLogin | None:
        """Return an active user together with a log-in that has not ended."""
        values = {"session_id": session_id, "user_id": user_id, "now": utc_now()}
        row = (await self.session.execute(ACTIVE, values)).one_or_none()
        return ActiveLogin(*row) if row else None
