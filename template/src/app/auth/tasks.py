"""Notices about log-ins, sent after the commit, and the end of those that have run out."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.audit.providers import audit_log
from app.audit.service import TASK
from app.auth.repository import SessionRepository
from app.core.batches import in_batches
from app.emails.messages import MessageName, render
from app.users.providers import user_service

if TYPE_CHECKING:
    from app.resources import Resources


async def send_notice(resources: "Resources", user_id: UUID, message: MessageName) -> None:
    """Send the owner of an account, if there still is one, a mail without a link."""
    async with resources.database.transaction(read_only=True) as session:
        user = await user_service(session, resources, audit_log(session, TASK)).find_user(user_id)
    if user is not None:
        await resources.mailer.send(render(message, user.email))


async def delete_expired_logins(resources: "Resources") -> dict[str, int]:
    """Delete tokens and log-ins that have run out, and return how many.

    The tokens come first: a log-in that has run out has none left then, and deleting it locks nothing but its own row.
    """
    tokens = await in_batches(
        resources.database, lambda session, after: SessionRepository(session).delete_expired_tokens(after)
    )
    logins = await in_batches(
        resources.database, lambda session, after: SessionRepository(session).delete_expired(after)
    )
    return {"tokens of log-ins": tokens, "log-ins": logins}
