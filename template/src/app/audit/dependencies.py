"""What FastAPI hands to whoever writes audit events."""

from typing import Annotated

from fastapi import Depends, Request

from app.audit.providers import audit_log
from app.audit.service import AuditLog, Client
from app.web.dependencies import SessionDep, client_address


async def get_audit_log(request: Request, session: SessionDep) -> AuditLog:
    """Return the audit log of this request."""
    return audit_log(session, Client(client_address(request), request.headers.get("user-agent", "")))


AuditDep = Annotated[AuditLog, Depends(get_audit_log)]
