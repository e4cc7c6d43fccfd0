"""The table of API keys."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record


class ApiKeyModel(Record):
    """One key of one user; it ends by time or by deleting the row."""

    __tablename__ = "api_keys"
    # For the list: keys of one owner, in order, without sorting.
    __table_args__ = (Index(None, "user_id", "created_at", "id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    #: Separated by spaces. The key may do no more, and never more than its owner at the moment of the request.
    scope: Mapped[str] = mapped_column(Text)
    key_digest: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    #: The key that it was rotated into. No foreign key: it says so also when that one is gone.
    replaced_by: Mapped[UUID | None]

    @property
    def scopes(self) -> list[str]:
        """Its scopes, one by one."""
        return self.scope.split()


class OwnedKey(NamedTuple):
    """A key and the address of its owner, for operators."""

    key: ApiKeyModel
    email: str
