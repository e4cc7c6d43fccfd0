"""The table of receipts: what was done and must not be done again."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record


class JobReceiptModel(Record):
    """One thing that was done, under a key that says which."""

    __tablename__ = "job_receipts"

    key: Mapped[str] = mapped_column(String(200), unique=True)
