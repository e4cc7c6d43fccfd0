"""The log-ins of the caller."""

from uuid import UUID

from fastapi import APIRouter, status

from app.auth.dependencies import AuthServiceDep
from app.auth.errors import SessionNotFound
from app.auth.schemas import Session
from app.web.dependencies import ActorDep
from app.web.problems import problems

router = APIRouter(prefix="/auth", tags=["auth"])


@router.get("/sessions", summary="List your log-ins")
async def get_sessions(actor: ActorDep, service: AuthServiceDep) -> list[Session]:
    """Return where you are logged in, latest first."""
    return [
        Session(
            id=login.id,
            user_agent=login.user_agent,
            address=login.address,
            current=login.id == actor.session_id,
            created_at=login.created_at,
            last_used_at=login.last_used_at,
            expires_at=login.expires_at,
        )
        for login in await service.all_sessions(actor)
    ]


@router.delete(
    "/sessions/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End one of your log-ins",
    responses=problems(SessionNotFound),
)
async def end_session(session_id: UUID, actor: ActorDep, service: AuthServiceDep) -> None:
    """End a log-in on another device (or this one) at once."""
    await service.end_session(actor, session_id)
