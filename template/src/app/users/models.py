"""The table of users."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record

#: Scopes that let administrators see and change all users.
READ = "users:read"
WRITE = "users:write"


class Role(StrEnum):
    """What a user may do; `app.api` maps each role to scopes."""

    USER = "user"
    ADMIN = "admin"


class UserModel(Record):
    """One account. The id never changes and is what tokens name; the e-mail address may change."""

    __tablename__ = "users"

    #: Normalised (see `app.users.schemas.normalise_email`), so that the constraint means what people mean.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    full_name: Mapped[str | None] = mapped_column(String(200))
    hashed_password: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(20), default=Role.USER)
    is_active: Mapped[bool] = mapped_column(default=True)
    email_verified_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    #: Log-ins and keys from before this moment stay ended: an unlocked account, or one that its owner has claimed.
    locked_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users a list has; None: whatever it is."""

    role: Role | None = None
    is_active: bool | None = None


EVERYBODY = UserFilter()
