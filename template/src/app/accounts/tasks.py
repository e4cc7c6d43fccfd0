"""Mails of the account, sent after the commit. Tokens are made here, so that no queue ever holds one."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.models import MailPurpose
from app.accounts.repository import MailTokenRepository, PendingRegistrationRepository
from app.audit.providers import audit_log
from app.audit.service import TASK
from app.auth.tasks import send_notice
from app.core.batches import in_batches
from app.core.clock import utc_now
from app.emails.messages import render
from app.security.opaque_tokens import digest, new_token
from app.users.models import UserModel
from app.users.providers import user_service

if TYPE_CHECKING:
    from app.resources import Resources

#: How long links work (OWASP Forgot Password Cheat Sheet: short for resets).
VERIFICATION_LIFETIME = timedelta(hours=24)
RESET_LIFETIME = timedelta(minutes=30)


async def send_email_verification(resources: "Resources", user_id: UUID) -> None:
    """Send a link that confirms the present address, unless it is confirmed already."""
    async with resources.database.transaction() as session:
        user = await user_service(session, resources, audit_log(session, TASK)).find_user(user_id)
        if user is None or user.email_verified_at is not None:
            return
        token = await _new_token(MailTokenRepository(session), user, MailPurpose.VERIFY_EMAIL, sent_to=user.email)
    link = _link(resources, "verify-email", token)
    await resources.mailer.send(render("email_verification", user.email, link=link, lifetime=VERIFICATION_LIFETIME))


async def send_email_change(resources: "Resources", user_id: UUID, new_email: str) -> None:
    """Send a link to the new address and a notice to the present one; nothing, if the new one is taken."""
    async with resources.database.transaction() as session:
        users = user_service(session, resources, audit_log(session, TASK))
        user = await users.find_user(user_id)
        if user is None or await users.find_user_by_email(new_email) is not None:
            return
        token = await _new_token(MailTokenRepository(session), user, MailPurpose.CHANGE_EMAIL, sent_to=new_email)
    link = _link(resources, "verify-email", token)
    await resources.mailer.send(render("email_change", new_email, link=link, lifetime=VERIFICATION_LIFETIME))
    await resources.mailer.send(render("email_change_notice", user.email))


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
    async with resources.database.transaction() as session:
        user = await user_service(session, resources, audit_log(session, TASK)).find_user_by_email(email)
        if user is None or not user.is_active:
            return
        token = await _new_token(MailTokenRepository(session), user, MailPurpose.RESET_PASSWORD, sent_to=user.email)
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


async def _new_token(tokens: MailTokenRepository, user: UserModel, purpose: MailPurpose, *, sent_to: str) -> str:
    token = new_token()
    lifetime = RESET_LIFETIME if purpose == MailPurpose.RESET_PASSWORD else VERIFICATION_LIFETIME
    await tokens.replace(
        purpose,
        user_id=user.id,
        sent_to=sent_to,
        present_email=user.email,
        token_digest=digest(token),
        expires_at=utc_now() + lifetime,
    )
    return token


def _link(resources: "Resources", page: str, token: str) -> str:
    # After the `#`: browsers keep that part to themselves, so the token reaches no server log and no Referer.
    return f"{resources.settings.public_url}/{page}#token={token}"
