"""The tables of log-ins and of what they leave behind."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
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


class RefreshTokenModel(Record):
    """One refresh token of a log-in. Spent ones are kept, so that a second use is recognised."""

    __tablename__ = "refresh_tokens"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("auth_sessions.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class MailPurpose(StrEnum):
    """What a link in a mail may do; it can do nothing else."""

    VERIFY_EMAIL = "verify-email"
    CHANGE_EMAIL = "change-email"
    REGISTER = "register"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - a name, no secret


class MailTokenModel(Record):
    """The token of one link in one mail: bound to its purpose, used once."""

    __tablename__ = "mail_tokens"

    #: None for a registration that waits for its confirmation: there is no user yet.
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    payload: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AuditModel(Record):
    """Something that matters for the security of an account. No foreign key: it outlives the account."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    event: Mapped[str] = mapped_column(String(50))
    user_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
