"""Everything that the owner of an account does to it: registering, passwords, addresses."""

from dataclasses import dataclass
from uuid import UUID

from limits import parse
from pydantic import SecretStr

from app.auth.audit import AuditLog
from app.auth.errors import InvalidMailToken, RegistrationClosed, WrongPassword
from app.auth.models import MailPurpose, MailTokenModel
from app.auth.repository import MailTokenRepository, SessionRepository
from app.auth.schemas import PasswordChange
from app.auth.tasks import (
    VERIFICATION_LIFETIME,
    send_email_change,
    send_email_verification,
    send_password_changed,
    send_password_reset,
    send_registration,
)
from app.core.clock import utc_now
from app.core.errors import Conflict
from app.core.principal import Principal
from app.security.opaque_tokens import digest, new_token
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle, network_of
from app.tasks.queue import TaskQueue
from app.users.errors import EmailTaken, UserNotFound
from app.users.models import Role, UserModel
from app.users.schemas import UserCreate
from app.users.service import WRITE, UserService

CONFIRMABLE = (MailPurpose.VERIFY_EMAIL, MailPurpose.CHANGE_EMAIL, MailPurpose.REGISTER)


@dataclass(frozen=True, slots=True)
class AccountService:
    """Registration, password change and reset, and what is confirmed by mail."""

    users: UserService
    sessions: SessionRepository
    mail_tokens: MailTokenRepository
    audit: AuditLog
    throttle: Throttle
    tasks: TaskQueue
    settings: SecuritySettings

    async def register(self, actor: Principal, data: UserCreate) -> UserModel | None:
        """Make an account, or (REGISTRATION_MODE=verified) a pending one; then nothing is returned, whoever asks.

        Raises:
            RegistrationClosed: when only administrators make accounts.
            EmailTaken: when the address has an account (not in `verified`).
            PasswordTooShort, PasswordTooCommon: when the password is not accepted.

        """
        mode = "open" if actor.may(WRITE) else self.settings.registration_mode
        if mode == "closed":
            raise RegistrationClosed
        network = network_of(self.audit.client.address)
        await self.throttle.hit(parse(self.settings.registration_rate_per_address), "register", network)
        if mode == "verified":
            await self._register_pending(data)
            return None
        user = await self.users.create_user(actor, data)
        self.audit.record("registered", user_id=user.id, actor_id=actor.id)
        self.tasks.enqueue(send_email_verification, user.id)
        return user

    async def change_password(self, actor: Principal, data: PasswordChange) -> None:
        """Set a new password; all other log-ins end, and the owner is told.

        Raises:
            TooManyRequests: after too many wrong passwords.
            WrongPassword: when the current one is wrong.
            PasswordTooShort, PasswordTooCommon: when the new one is not accepted.

        """
        user = await self.users.get_user(actor, actor.user_id)
        await self.users.users.release()
        await self.throttle.attempt(user.email)
        valid, _ = await self.users.passwords.verify(data.current_password.get_secret_value(), user.hashed_password)
        if not valid:
            await self.audit.record_failure("password-change-failed", user_id=user.id)
            raise WrongPassword
        await self.throttle.succeeded(user.email)
        hashed = await self.users.hash_password(data.new_password, words=(user.email, user.full_name or ""))
        if not await self.users.users.replace_password(user.id, old_hash=user.hashed_password, new_hash=hashed):
            raise Conflict("The password was changed in the meantime")
        await self.sessions.end_all_of(user.id, but=actor.session_id)
        await self._password_was_set(user, "password-changed")

    async def request_password_reset(self, email: str) -> None:
        """Send a link to the owner of the address. Everything that depends on whether there is one happens later."""
        network = network_of(self.audit.client.address)
        await self.throttle.hit(parse(self.settings.registration_rate_per_address), "reset", network)
        await self.throttle.hit(parse(self.settings.mail_rate_per_account), "reset", digest(email))
        self.tasks.enqueue(send_password_reset, email)

    async def reset_password(self, token: str, new_password: SecretStr) -> None:
        """Set a new password with the token of a mail; all log-ins end. A refused password does not use it up.

        Raises:
            InvalidMailToken: when the token is unknown, expired, used, or made for something else.
            PasswordTooShort, PasswordTooCommon: when the password is not accepted.

        """
        token_digest, purposes = digest(token), (MailPurpose.RESET_PASSWORD,)
        found = await self.mail_tokens.find(token_digest, purposes)
        user = await self.users.users.get_by_id(found.user_id) if found and found.user_id else None
        await self.mail_tokens.release()
        if user is None or not user.is_active:
            raise InvalidMailToken
        hashed = await self.users.hash_password(new_password, words=(user.email, user.full_name or ""))
        if await self.mail_tokens.consume(token_digest, purposes) is None:
            raise InvalidMailToken
        if not await self.users.users.replace_password(user.id, old_hash=user.hashed_password, new_hash=hashed):
            raise InvalidMailToken
        await self.sessions.end_all_of(user.id)
        await self._password_was_set(user, "password-reset")

    async def request_email_confirmation(self, actor: Principal, new_email: str | None) -> None:
        """Send a link that confirms the caller's address, or changes it to a new one.

        Raises:
            ReauthenticationRequired: when the address is to change and the log-in is not recent.

        """
        await self.throttle.hit(parse(self.settings.mail_rate_per_account), "confirm", str(actor.user_id))
        if new_email is None:
            self.tasks.enqueue(send_email_verification, actor.user_id)
            return
        actor.require_recent_authentication()
        self.audit.record("email-change-requested", user_id=actor.user_id)
        self.tasks.enqueue(send_email_change, actor.user_id, new_email)

    async def confirm_email(self, token: str) -> None:
        """Do what the mail's link was for: confirm an address, change it, or complete a registration.

        Raises:
            InvalidMailToken: when the token is unknown, expired, used, made for something else or overtaken.

        """
        found = await self.mail_tokens.consume(digest(token), CONFIRMABLE)
        if found is None:
            raise InvalidMailToken
        try:
            user_id = await self._confirm(found)
        except (EmailTaken, UserNotFound) as error:
            raise InvalidMailToken from error
        self.audit.record(f"confirmed-{found.purpose}", user_id=user_id)

    async def _confirm(self, token: MailTokenModel) -> UUID:
        users = self.users.users
        if token.user_id is None:
            user = await users.create(
                email=token.email,
                hashed_password=token.payload["hashed_password"] or "",
                full_name=token.payload["full_name"],
                role=Role.USER,
                email_verified_at=utc_now(),
            )
            return user.id
        old_email = token.payload["old_email"] or ""
        if not await users.set_email(token.user_id, old_email=old_email, new_email=token.email):
            raise UserNotFound
        # A link that went to the old address must not open the account any more.
        await self.mail_tokens.drop(token.user_id, (MailPurpose.RESET_PASSWORD,))
        return token.user_id

    async def _register_pending(self, data: UserCreate) -> None:
        await self.throttle.hit(parse(self.settings.mail_rate_per_account), "confirm", digest(data.email))
        hashed = await self.users.hash_password(data.password, words=(data.email, data.full_name or ""))
        # The same work for a known address: only the task that sends the mail looks whether there is an account.
        pending = await self.mail_tokens.replace(
            MailPurpose.REGISTER,
            email=data.email,
            token_digest=digest(new_token()),
            expires_at=utc_now() + VERIFICATION_LIFETIME,
            payload={"hashed_password": hashed, "full_name": data.full_name},
        )
        self.tasks.enqueue(send_registration, pending.id)

    async def _password_was_set(self, user: UserModel, event: str) -> None:
        # A change of address that a thief has asked for must not outlive the rescue of the account.
        await self.mail_tokens.drop(user.id, (MailPurpose.RESET_PASSWORD, MailPurpose.CHANGE_EMAIL))
        self.audit.record(event, user_id=user.id)
        self.tasks.enqueue(send_password_changed, user.id)
