"""The audit log over HTTP. For administrators, who read and never change it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.audit.dependencies import AuditDep, EventPagingDep
from app.audit.models import AuditModel
from app.audit.schemas import AuditEventPage
from app.core.pagination import Page
from app.core.schemas import Text
from app.web.dependencies import ActorDep

router = APIRouter(prefix="/audit-events", tags=["audit"])
UserQuery = Annotated[
    UUID | None,
    Query(description="Only what happened to this account.", examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"]),
]
EventQuery = Annotated[
    Text | None, Query(max_length=50, description="Only events of this name.", examples=["login-failed"])
]


@router.get("", response_model=AuditEventPage, summary="Read the audit log")
async def page_audit_events(
    paging: EventPagingDep, actor: ActorDep, audit: AuditDep, user_id: UserQuery = None, event: EventQuery = None
) -> Page[AuditModel]:
    """Return what happened to accounts, page by page, newest first. For administrators."""
    return await audit.page_events(actor, paging, user_id=user_id, event=event)
