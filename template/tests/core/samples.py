"""A table with one column of each kind, which only tests have."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Text, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core.columns import ExactDecimal, Json
from app.core.database import Database
from app.core.models import Id, UtcDateTime


class Own(DeclarativeBase):
    """Not the service's base: what compares its tables with the migrations must not see this one."""


class Sample(Own):
    """One column of each kind."""

    __tablename__ = "samples"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID | None] = mapped_column(Id)
    moment: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flag: Mapped[bool | None]
    amount: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    document: Mapped[Any] = mapped_column(Json, nullable=True)
    name: Mapped[str | None] = mapped_column(String(200), unique=True)
    content: Mapped[str | None] = mapped_column(Text)


async def store(database: Database, *samples: dict[str, Any]) -> None:
    """Store rows, in order."""
    async with database.transaction() as session:
        for number, sample in enumerate(samples, 1):
            await session.execute(insert(Sample).values(id=number, **sample))


async def names(database: Database, condition: ColumnElement[bool]) -> list[str | None]:
    """Return the names of those that meet a condition, in the order of the engine."""
    async with database.transaction(read_only=True) as session:
        return list(await session.scalars(select(Sample.name).where(condition).order_by(Sample.name)))
