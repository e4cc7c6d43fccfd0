"""What tests read straight from the database, and what they change there."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, update

from app.audit.models import AuditModel
from app.core.models import Record
from app.resources import Resources
from app.users.models import UserModel

Row = TypeVar("Row", bound=Record)


async def rows(resources: Resources, model: type[Row]) -> Sequence[Row]:
    """Return all rows of a table, oldest first."""
    async with resources.database.transaction(read_only=True) as session:
        return (await session.scalars(select(model).order_by(model.id))).all()


async def audited(resources: Resources) -> list[str]:
    """Return the names of all audit events, oldest first."""
    return [event.event for event in await rows(resources, AuditModel)]


async def set_user(resources: Resources, user_id: UUID, **values: object) -> None:
    """Change a user behind the service's back."""
    async with resources.database.transaction() as session:
        await session.execute(update(UserModel).where(UserModel.id == user_id).values(**values))
