"""What owners do to their addresses: confirm them, or change them."""

from dataclasses import dataclass

from limits import parse

from app.accounts.errors import InvalidMailToken
from app.accounts.models import MailPurpose
from app.accounts.registration import RegistrationService
from app.accounts.repository import MailTokenRepository
from app.accounts.tasks import send_email_change, send_email_change_notice, send_email_verification
from app.audit.service import AuditLog
from app.core.principal import Principal
from app.security.opaque_tokens import digest, new_token
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle
from app.tasks.queue import TaskQueue
from app.users.credentials import CredentialService
from app.users.errors import EmailTaken, UserNotFound
from app.users.service import UserService

CONFIRMABLE = (MailPurpose.VERIFY_EMAIL, MailPurpose.CHANGE_EMAIL)


@dataclass(frozen=True, slots=True)
class AddressService:
    """What is confirmed by mail."""

    users: UserService
    credentials: CredentialService
    registrations: RegistrationService
    mail_tokens: MailTokenRepository
    audit: AuditLog
    throttle: Throttle
    tasks: TaskQueue
    settings: SecuritySettings

    async def request_email_confirmation(self, actor: Principal, new_email: str | None) -> None:
        """Send a link that confirms the caller's address, or changes it to a new one.

        Raises:
            ReauthenticationRequired: when the address is to change and the log-in is not recent.

        """
        if new_email is not None:
            actor.require_recent_authentication()
            # Many accounts together must not fill one mailbox.
            await self.throttle.hit(parse(self.settings.mail_rate_per_account), "change", digest(new_email))
        user = await self.users.get_user(actor, actor.user_id)
        await self.throttle.hit(parse(self.settings.mail_rate_per_account), "confirm", digest(user.email))
        if new_email is None:
            self.tasks.enqueue(send_email_verification, user.id)
            return
        # The task puts the real token here, unless the change was called off by then.
        waiting = await self.mail_tokens.replace(MailPurpose.CHANGE_EMAIL, user, sent_to=new_email, token=new_token())
        self.audit.record("email-change-requested", user_id=user.id)
        self.tasks.enqueue(send_email_change, waiting.id)
        self.tasks.enqueue(send_email_change_notice, user.email)

    async def confirm_email(self, token: str) -> None:
        """Do what the mail's link was for: confirm an address, change it, or complete a registration.

        Raises:
            InvalidMailToken: when the token is unknown, expired, used, made for something else or overtaken.

        """
        found = await self.mail_tokens.consume(digest(token), CONFIRMABLE)
        if found is None:
            await self.registrations.confirm(token)
            return
        try:
            await self.credentials.confirm_email(
                found.user_id, present=found.present_email, confirmed=found.sent_to, asked_at=found.created_at
            )
        except (EmailTaken, UserNotFound) as error:
            raise InvalidMailToken from error
        # A link that went to the old address must not open the account any more.
        await self.mail_tokens.drop(found.user_id, (MailPurpose.RESET_PASSWORD,))
        self.audit.record(f"confirmed-{found.purpose}", user_id=found.user_id)
