"""Notices about tokens, sent after the commit."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.auth.tasks import send_notice

if TYPE_CHECKING:
    from app.resources import Resources


async def send_session_revoked(resources: "Resources", user_id: UUID) -> None:
    """Tell the owner that a refresh token was used twice and the log-in was ended."""
    await send_notice(resources, user_id, "session_revoked")
