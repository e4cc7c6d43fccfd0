"""What FastAPI hands to whoever writes or reads audit events."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from app.audit.providers import audit_log
from app.audit.repository import SORT_COLUMNS
from app.audit.service import AuditLog, Client
from app.core.pagination import PageRequest
from app.web.dependencies import SessionDep, client_address
from app.web.pagination import DEFAULT_LIMIT, LimitQuery, cursor_query


async def get_audit_log(request: Request, session: SessionDep) -> AuditLog:
    """Return the audit log of this request."""
    return audit_log(session, Client(client_address(request), request.headers.get("user-agent", "")))


AuditDep = Annotated[AuditLog, Depends(get_audit_log)]

EventSort = Annotated[Literal["created_at", "-created_at"], Query(description="Order; `-` means newest first.")]

EventCursor = Annotated[str | None, cursor_query(SORT_COLUMNS)]


async def get_event_paging(
    limit: LimitQuery = DEFAULT_LIMIT, cursor: EventCursor = None, sort: EventSort = "-created_at"
) -> PageRequest:
    """Return which page of events is asked for."""
    return PageRequest(limit, sort, cursor)


EventPagingDep = Annotated[PageRequest, Depends(get_event_paging)]
