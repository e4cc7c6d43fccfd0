"""What owners do to their passwords."""

from dataclasses import dataclass

from limits import parse
from pydantic import SecretStr

from app.accounts.errors import InvalidMailToken
from app.accounts.models import MailPurpose
from app.accounts.repository import MailTokenRepository
from app.accounts.schemas import PasswordChange
from app.accounts.tasks import send_password_changed, send_password_reset
from app.audit.service import AuditLog
from app.auth.service import AuthService
from app.core.principal import Principal
from app.security.opaque_tokens import digest
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle, network_of
from app.tasks.queue import TaskQueue
from app.users.credentials import CredentialService
from app.users.errors import PasswordChanged, WrongPassword
from app.users.models import UserModel
from app.users.service import UserService

RESET = (MailPurpose.RESET_PASSWORD,)


@dataclass(frozen=True, slots=True)
class AccountService:
    """Password change and reset."""

    users: UserService
    credentials: CredentialService
    logins: AuthService
    mail_tokens: MailTokenRepository
    audit: AuditLog
    throttle: Throttle
    tasks: TaskQueue
    settings: SecuritySettings

    async def change_password(self, actor: Principal, data: PasswordChange) -> None:
        """Set a new password; all other log-ins end, and the owner is told.

        Raises:
            TooManyRequests: after too many wrong passwords.
            WrongPassword: when the current one is wrong.
            PasswordTooShort, PasswordTooCommon: when the new one is not accepted.
            PasswordChanged: when somebody else was faster.

        """
        user = await self.users.get_user(actor, actor.user_id)
        network = network_of(self.audit.client.address)
        await self.throttle.hit(parse(self.settings.login_rate_per_address), "password", network)
        # Not the counter of log-ins: strangers fill that one, and the owner must be able to act against them.
        attempts = f"change/{user.id}"
        await self.throttle.attempt(attempts)
        try:
            await self.credentials.verify_password(user, data.current_password)
        except WrongPassword:
            await self.audit.record_failure("password-change-failed", user_id=user.id)
            raise
        await self.throttle.succeeded(attempts)
        await self.credentials.replace_password(user, data.new_password)
        await self.logins.end_all_of(user.id, but=actor.session_id)
        await self._password_was_set(user, "password-changed")

    async def request_password_reset(self, email: str) -> None:
        """Send a link to the owner of the address. Everything that depends on whether there is one happens later."""
        network = network_of(self.audit.client.address)
        await self.throttle.hit(parse(self.settings.registration_rate_per_address), "reset", network)
        await self.throttle.hit(parse(self.settings.mail_rate_per_account), "reset", digest(email))
        self.tasks.enqueue(send_password_reset, email)

    async def reset_password(self, token: str, new_password: SecretStr) -> None:
        """Set a new password with the token of a mail; all log-ins end. A refused password does not use it up.

        The mail proves the address, too: of an account that nobody had confirmed the keys end as well.

        Raises:
            InvalidMailToken: when the token is unknown, expired, used, or made for something else.
            PasswordTooShort, PasswordTooCommon: when the password is not accepted.

        """
        token_digest = digest(token)
        found = await self.mail_tokens.find(token_digest, RESET)
        user = await self.users.find_user(found.user_id) if found else None
        if found is None or user is None or not user.is_active or user.email != found.present_email:
            raise InvalidMailToken
        try:
            await self.credentials.replace_password(user, new_password)
        except PasswordChanged as error:
            raise InvalidMailToken from error
        if await self.mail_tokens.consume(token_digest, RESET) is None:
            raise InvalidMailToken
        await self.logins.end_all_of(user.id)
        if await self.credentials.claim(user):
            self.audit.record("account-claimed", user_id=user.id)
        await self.throttle.succeeded(user.email)
        await self._password_was_set(user, "password-reset")

    async def _password_was_set(self, user: UserModel, event: str) -> None:
        # A change of address that a thief has asked for must not outlive the rescue of the account.
        await self.mail_tokens.drop(user.id, (MailPurpose.RESET_PASSWORD, MailPurpose.CHANGE_EMAIL))
        self.audit.record(event, user_id=user.id)
        if await self.logins.may_tell(user):
            self.tasks.enqueue(send_password_changed, user.id)
