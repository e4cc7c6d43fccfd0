"""Mails of the account, sent after the commit. Tokens are made here, so that no queue ever holds one."""

from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.models import MailPurpose
from app.auth.repository import MailTokenRepository
from app.core.clock import utc_now
from app.emails.messages import render
from app.security.opaque_tokens import digest, new_token
from app.users.models import UserModel
from app.users.repository import UserRepository

if TYPE_CHECKING:
    from app.resources import Resources

NoticeName = Literal["password_changed", "session_revoked"]
#: How long links work (OWASP Forgot Password Cheat Sheet: short for resets).
VERIFICATION_LIFETIME = timedelta(hours=24)
RESET_LIFETIME = timedelta(minutes=30)


async def send_email_verification(resources: "Resources", user_id: UUID) -> None:
    """Send a link that confirms the present address, unless it is confirmed already."""
    async with resources.database.transaction() as session:
        user = await UserRepository(session).get_by_id(user_id)
        if user is None or user.email_verified_at is not None:
            return
        token = await _new_token(session, user, MailPurpose.VERIFY_EMAIL, VERIFICATION_LIFETIME)
    link = _link(resources, "verify-email", token)
    await resources.mailer.send(render("email_verification", user.email, link=link, lifetime=VERIFICATION_LIFETIME))


async def send_email_change(resources: "Resources", user_id: UUID, new_email: str) -> None:
    """Send a link to the new address and a notice to the present one; nothing, if the new one is taken."""
    async with resources.database.transaction() as session:
        users = UserRepository(session)
        user = await users.get_by_id(user_id)
        if user is None or await users.get_by_email(new_email) is not None:
            return
        token = await _new_token(session, user, MailPurpose.CHANGE_EMAIL, VERIFICATION_LIFETIME, email=new_email)
    link = _link(resources, "verify-email", token)
    await resources.mailer.send(render("email_change", new_email, link=link, lifetime=VERIFICATION_LIFETIME))
    await resources.mailer.send(render("email_change_notice", user.email))


async def send_registration(resources: "Resources", pending_id: UUID) -> None:
    """Send the link that completes a registration; to the owner of a known address, a hint instead."""
    token = new_token()
    async with resources.database.transaction() as session:
        pending = await MailTokenRepository(session).get_pending(pending_id)
        if pending is None:
            return
        known = await UserRepository(session).get_by_email(pending.email) is not None
        if known:
            await session.delete(pending)
        else:
            pending.token_digest = digest(token)
    if known:
        mail = render("registration_existing", pending.email)
    else:
        link = _link(resources, "verify-email", token)
        mail = render("registration_confirmation", pending.email, link=link, lifetime=VERIFICATION_LIFETIME)
    await resources.mailer.send(mail)


async def send_password_reset(resources: "Resources", email: str) -> None:
    """Send a link that sets a new password, if an active account has this address."""
    async with resources.database.transaction() as session:
        user = await UserRepository(session).get_by_email(email)
        if user is None or not user.is_active:
            return
        token = await _new_token(session, user, MailPurpose.RESET_PASSWORD, RESET_LIFETIME)
    link = _link(resources, "reset-password", token)
    await resources.mailer.send(render("password_reset", user.email, link=link, lifetime=RESET_LIFETIME))


async def send_password_changed(resources: "Resources", user_id: UUID) -> None:
    """Tell the owner that the password was changed."""
    await _notify(resources, user_id, "password_changed")


async def send_session_revoked(resources: "Resources", user_id: UUID) -> None:
    """Tell the owner that a refresh token was used twice and the log-in was ended."""
    await _notify(resources, user_id, "session_revoked")


async def _notify(resources: "Resources", user_id: UUID, message: NoticeName) -> None:
    async with resources.database.transaction(read_only=True) as session:
        user = await UserRepository(session).get_by_id(user_id)
    if user is not None:
        await resources.mailer.send(render(message, user.email))


async def _new_token(
    session: AsyncSession, user: UserModel, purpose: MailPurpose, lifetime: timedelta, *, email: str | None = None
) -> str:
    token = new_token()
    await MailTokenRepository(session).replace(
        purpose,
        email=email or user.email,
        token_digest=digest(token),
        expires_at=utc_now() + lifetime,
        user_id=user.id,
        payload={"old_email": user.email},
    )
    return token


def _link(resources: "Resources", page: str, token: str) -> str:
    # After the `#`: browsers keep that part to themselves, so the token reaches no server log and no Referer.
    return f"{resources.settings.public_url}/{page}#token={token}"
