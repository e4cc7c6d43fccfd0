"""A page of the audit log is read from an index, however long the log is: nothing is scanned, nothing is sorted."""

import re
from uuid import UUID

import pytest
from sqlalchemy import ClauseElement, event, text
from sqlalchemy.orm import ORMExecuteState

from app.audit.repository import AuditRepository
from app.core.pagination import PageRequest
from app.resources import Resources

USER = UUID(int=1)
CURSOR = f"5.{USER.hex}"
SORTS = ("created_at", "-created_at")


async def plan(resources: Resources, request: PageRequest, user_id: UUID | None) -> str:
    """Return how SQLite reads the page."""
    async with resources.database.transaction(read_only=True) as session:
        statements: list[ClauseElement] = []

        @event.listens_for(session.sync_session, "do_orm_execute")
        def note(state: ORMExecuteState) -> None:
            assert isinstance(state.statement, ClauseElement)
            statements.append(state.statement)

        await AuditRepository(session).page_all(request, user_id=user_id, event=None)
        compiled = statements[0].compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        rows = await session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))
        return "\n".join(row.detail for row in rows)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("after", [True, False])
async def test_all_events_come_in_the_order_of_the_primary_key(resources: Resources, sort: str, *, after: bool) -> None:
    found = await plan(resources, PageRequest(50, sort, f"{sort}.{CURSOR}" if after else None), None)
    assert "USING INDEX sqlite_autoindex_audit_events_1" in found
    assert "B-TREE" not in found


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("after", [True, False])
async def test_those_of_an_account_come_in_the_order_of_its_index(
    resources: Resources, sort: str, *, after: bool
) -> None:
    found = await plan(resources, PageRequest(50, sort, f"{sort}.{CURSOR}" if after else None), USER)
    assert "USING INDEX ix_audit_events_user_id_created_at" in found
    # Rows of the same microsecond are put in order, nothing else.
    assert re.findall("B-TREE.*", found) == re.findall("B-TREE FOR (?:LAST TERM|RIGHT PART) OF ORDER BY", found)
