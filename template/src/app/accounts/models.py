"""The tables of what waits for a click in a mail."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record


class MailPurpose(StrEnum):
    """What a link in a mail may do; it can do nothing else."""

    VERIFY_EMAIL = "verify-email"
    CHANGE_EMAIL = "change-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - a name, no secret


#: How long links work (OWASP Forgot Password Cheat Sheet: short for resets).
VERIFICATION_LIFETIME, RESET_LIFETIME = timedelta(hours=24), timedelta(minutes=30)
LIFETIMES = {
    MailPurpose.VERIFY_EMAIL: VERIFICATION_LIFETIME,
    MailPurpose.CHANGE_EMAIL: VERIFICATION_LIFETIME,
    MailPurpose.RESET_PASSWORD: RESET_LIFETIME,
}


class MailTokenModel(Record):
    """The token of one link in one mail to a user: bound to its purpose, used once."""

    __tablename__ = "mail_tokens"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: Where the mail went: for a change of address, the new one.
    sent_to: Mapped[str] = mapped_column(String(254))
    #: The address of the account at that moment; once that has changed, the link confirms nothing any more.
    present_email: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PendingRegistrationModel(Record):
    """A registration that becomes a user when the link in its mail is used (REGISTRATION_MODE=verified).

    One address may have several: each link sets the password of the registration that it belongs to.
    """

    __tablename__ = "pending_registrations"

    email: Mapped[str] = mapped_column(String(254))
    full_name: Mapped[str | None] = mapped_column(String(200))
    hashed_password: Mapped[str] = mapped_column(String(255))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
