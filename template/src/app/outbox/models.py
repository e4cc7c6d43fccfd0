"""The table of jobs that the broker does not have yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.mysql import MEDIUMTEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Record


class JobOutboxModel(Record):
    """One job, deleted once the broker has it. Until `claimed_until`, `claimed_by` is at it."""

    __tablename__ = "job_outbox"

    body: Mapped[str] = mapped_column(Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb"))
    claimed_until: Mapped[datetime] = mapped_column(index=True)
    claimed_by: Mapped[UUID]
