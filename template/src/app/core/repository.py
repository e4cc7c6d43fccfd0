"""What all repositories share: one session, adding a row, reading a page."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Delete, Select, Update, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from app.core.batches import BATCH, Batch
from app.core.clock import utc_now
from app.core.errors import Conflict, NotFound, PreconditionFailed
from app.core.keyset import SortColumns, keyset
from app.core.models import Record
from app.core.pagination import Page, PageRequest, page_of

Model = TypeVar("Model", bound=Record)


class Repository:
    """Named queries over one session. Flushes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, row: Model, *, conflict: type[Conflict] = Conflict) -> Model:
        """Insert a row.

        Raises:
            Conflict: of the kind `conflict`, when a constraint forbids it.

        """
        self.session.add(row)
        await self.flush(conflict=conflict)
        return row

    async def flush(self, *, conflict: type[Conflict] = Conflict, gone: type[NotFound] = NotFound) -> None:
        """Send pending changes to the database.

        Raises:
            Conflict: of the kind `conflict`, when a constraint forbids one.
            NotFound: of the kind `gone`, when somebody deleted the row since it was read.

        """
        try:
            await self.session.flush()
        except IntegrityError as error:
            raise conflict from error
        except StaleDataError as error:
            raise gone from error

    async def change(
        self,
        row: Model,
        values: Mapping[str, object],
        *,
        conflict: type[Conflict] = Conflict,
        gone: type[NotFound] = NotFound,
    ) -> Model:
        """Set some fields of a row that was read.

        Raises:
            Conflict: of the kind `conflict`, when a constraint forbids it.
            NotFound: of the kind `gone`, when somebody deleted the row since it was read.

        """
        for name, value in values.items():
            setattr(row, name, value)
        await self.flush(conflict=conflict, gone=gone)
        return row

    async def change_version(
        self, row: Model, values: Mapping[str, object], *, conflict: type[Conflict] = Conflict
    ) -> Model:
        """Set some fields of a row, if nobody has changed or deleted it since it was read.

        Raises:
            Conflict: of the kind `conflict`, when a constraint forbids it.
            PreconditionFailed: when somebody was faster.

        """
        if not values:
            return row
        model, changed = type(row), {**values, "updated_at": utc_now()}
        statement = update(model).where(model.id == row.id, model.updated_at == row.updated_at).values(changed)
        if not await self.changed_one(statement, conflict=conflict):
            raise PreconditionFailed
        for name, value in changed.items():
            set_committed_value(row, name, value)
        return row

    async def changed_one(self, statement: Update | Delete, *, conflict: type[Conflict] = Conflict) -> bool:
        """Run a conditional UPDATE or DELETE and tell whether it met exactly one row.

        This is how states change: whoever comes second finds no row. (MySQL has no UPDATE ... RETURNING.) Rows that
        the session has read before do not follow: finding out which are meant can take a query of its own.

        Raises:
            Conflict: of the kind `conflict`, when a constraint forbids the change.

        """
        try:
            result = await self.session.execute(statement, execution_options={"synchronize_session": False})
        except IntegrityError as error:
            raise conflict from error
        return cast("CursorResult[Any]", result).rowcount == 1

    async def delete_batch(self, model: type[Record], which: ColumnElement[bool], *, after: UUID) -> Batch:
        """Look at the next rows after an id and delete those that meet the condition; see `app.core.batches`."""
        end = await self.session.scalar(
            select(model.id).where(model.id > after).order_by(model.id).offset(BATCH - 1).limit(1)
        )
        # A range instead of a list of ids: MySQL cannot limit a DELETE whose table is in a subquery, and SQLite and
        # PostgreSQL cannot limit one at all.
        statement = delete(model).where(model.id > after, which)
        if end is not None:
            statement = statement.where(model.id <= end)
        result = await self.session.execute(statement, execution_options={"synchronize_session": False})
        return Batch(cast("CursorResult[Any]", result).rowcount, end)

    async def release(self) -> None:
        """Hand the connection back before slow work such as hashing; nothing may have been written yet.

        What was read stays readable, but the session no longer follows its changes.
        """
        await self.session.close()

    async def page(self, query: Select[Model], columns: SortColumns, request: PageRequest) -> Page[Model]:
        """Read one page of a query; see `keyset`."""
        rows = await self.session.scalars(keyset(query, columns, request))
        return page_of(list(rows), request)
