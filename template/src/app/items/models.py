"""The table of items."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record


class ItemModel(Record):
    """Something that belongs to a user."""

    __tablename__ = "items"
    # One index per sort order of the list: rows of one owner, in order, without sorting.
    __table_args__ = (Index(None, "owner_id", "created_at", "id"), Index(None, "owner_id", "title", "id"))

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
