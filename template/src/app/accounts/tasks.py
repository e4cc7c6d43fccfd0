"""Mails of the account, sent after the commit. Tokens are made here, so that no queue ever holds one."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.models import RESET_LIFETIME, VERIFICATION_LIFETIME, MailPurpose
from app.accounts.repository import MailTokenRepository, PendingRegistrationRepository
from app.audit.providers import audit_log
from app.audit.service import TASK
from app.auth.tasks import send_notice
from app.core.batches import in_batches
from app.emails.messages import render
from app.security.opaque_tokens import digest, new_token
from app.users.providers import user_service

if TYPE_CHECKING:
    from app.resources import Resources


async def send_email_verification(resources: "Resources", user_id: UUID) -> None:
    """Send a link that confirms the present address, unless it is confirmed already."""
    token = new_token()
    async with resources.database.transaction() as session:
        user = await user_service(session, resources, audit_log(session, TASK)).find_user(user_id)
        if user is None or user.email_verified_at is not None:
            return
        await MailTokenRepository(session).replace(MailPurpose.VERIFY_EMAIL, user, sent_to=user.email, token=token)
    link = _link(resources, "verify-email", token)
    await resources.mailer.send(render("email_verification", user.email, link=link, lifetime=VERIFICATION_LIFETIME))


async def send_email_change(resources: "Resources", token_id: UUID) -> None:
    """Send a link to the new address, unless it is taken, or the change was called off meanwhile."""
    token = new_token()
    async with resources.database.transaction() as session:
        tokens = MailTokenRepository(session)
        waiting = await tokens.get_by_id(token_id)
        if waiting is None:
            return
        users = user_service(session, resources, audit_log(session, TASK))
        if await users.find_user_by_email(waiting.sent_to) is not None:
            return
        # The row was made by the request: what ends the change ends this mail, too, however late it is sent.
        if not await tokens.set_token(waiting.id, token):
            return
    link = _link(resources, "verify-email", token)
    await resources.mailer.send(render("email_change", waiting.sent_to, link=link, lifetime=VERIFICATION_LIFETIME))


async def send_email_change_notice(resources: "Resources", email: str) -> None:
    """Tell the owner of the present address that it is to change; also when the new one turns out to be taken."""
    await resources.mailer.send(render("email_change_notice", email))


async def send_registration(resources: "Resources", pending_id: UUID) -> None:
    """Send the link that completes a registration; to the owner of a known address, a hint instead."""
    token = new_token()
    async with resources.database.transaction() as session:
        registrations = PendingRegistrationRepository(session)
        pending = await registrations.get_by_id(pending_id)
        if pending is None:
            return
        users = user_service(session, resources, audit_log(session, TASK))
        known = await users.find_user_by_email(pending.email) is not None
        if known:
            await registrations.delete_by_id(pending.id)
        else:
            await registrations.change(pending, {"token_digest": digest(token)})
    if known:
        mail = render("registration_existing", pending.email)
    else:
        link = _link(resources, "verify-email", token)
        mail = render("registration_confirmation", pending.email, link=link, lifetime=VERIFICATION_LIFETIME)
    await resources.mailer.send(mail)


async def send_password_reset(resources: "Resources", email: str) -> None:
    """Send a link that sets a new password, if an active account has this address."""
    token = new_token()
    async with resources.database.transaction() as session:
        user = await user_service(session, resources, audit_log(session, TASK)).find_user_by_email(email)
        if user is None or not user.is_active:
            return
        await MailTokenRepository(session).replace(MailPurpose.RESET_PASSWORD, user, sent_to=user.email, token=token)
    link = _link(resources, "reset-password", token)
    await resources.mailer.send(render("password_reset", user.email, link=link, lifetime=RESET_LIFETIME))


async def send_password_changed(resources: "Resources", user_id: UUID) -> None:
    """Tell the owner that the password was changed."""
    await send_notice(resources, user_id, "password_changed")


async def delete_expired_links(resources: "Resources") -> dict[str, int]:
    """Delete tokens of links, and registrations that wait for one, that have run out, and return how many."""
    tokens = await in_batches(
        resources.database, lambda session, after: MailTokenRepository(session).delete_expired(after)
    )
    registrations = await in_batches(
        resources.database, lambda session, after: PendingRegistrationRepository(session).delete_expired(after)
    )
    return {"mail tokens": tokens, "pending registrations": registrations}


def _link(resources: "Resources", page: str, token: str) -> str:
    # After the `#`: browsers keep that part to themselves, so the token reaches no server log and no Referer.
    return f"{resources.settings.public_url}/{page}#token={token}"
