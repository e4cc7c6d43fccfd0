"""The tables of log-ins and of their opaque tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record


class SessionModel(Record):
    """One log-in on one device; it ends by deleting the row, and with it all of its tokens."""

    __tablename__ = "auth_sessions"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    #: Scopes that the client asked for, separated by spaces; None: all that the user's role has.
    scope: Mapped[str | None] = mapped_column(String(500))
    user_agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    authenticated_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SessionTokenModel(Record):
    """One opaque token of a log-in: what a client is asked for to stay logged in.

    That is a refresh token (`auth = jwt`; spent ones are kept, so that a second use is recognised) or a cookie
    (`auth = session`; never spent). One table serves both: a service changes over without a migration.
    """

    __tablename__ = "refresh_tokens"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("auth_sessions.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


def granted_scopes(of_role: frozenset[str], asked_for: str | None) -> frozenset[str]:
    """Return what a log-in may do now: the role's scopes, or those of them that the client asked for."""
    return of_role if asked_for is None else of_role & frozenset(asked_for.split())
