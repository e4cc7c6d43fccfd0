"""Registering: at once, after a confirmation by mail, or by administrators only."""

from dataclasses import dataclass

from limits import parse

from app.accounts.errors import InvalidMailToken, RegistrationClosed
from app.accounts.models import VERIFICATION_LIFETIME
from app.accounts.repository import PendingRegistrationRepository
from app.accounts.tasks import send_email_verification, send_registration
from app.audit.service import AuditLog
from app.core.clock import utc_now
from app.core.principal import Principal
from app.security.opaque_tokens import digest, new_token
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle, network_of
from app.tasks.queue import TaskQueue
from app.users.credentials import CredentialService
from app.users.errors import EmailTaken
from app.users.models import WRITE, UserModel
from app.users.schemas import UserCreate
from app.users.service import UserService


@dataclass(frozen=True, slots=True)
class RegistrationService:
    """Makes accounts as REGISTRATION_MODE says."""

    users: UserService
    credentials: CredentialService
    pending: PendingRegistrationRepository
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
        # The address may be a stranger's, registered and deleted again and again: one mailbox is not filled by that.
        if await self.throttle.admits(parse(self.settings.mail_rate_per_account), "confirm", digest(user.email)):
            self.tasks.enqueue(send_email_verification, user.id)
        return user

    async def confirm(self, token: str) -> None:
        """Make the account that waits for this token.

        Raises:
            InvalidMailToken: when the token is unknown, expired or used, or the address has an account by now.

        """
        pending = await self.pending.consume(digest(token))
        if pending is None:
            raise InvalidMailToken
        try:
            user = await self.users.create_confirmed_user(
                email=pending.email, full_name=pending.full_name, hashed_password=pending.hashed_password
            )
        except EmailTaken as error:
            raise InvalidMailToken from error
        self.audit.record("confirmed-register", user_id=user.id)

    async def _register_pending(self, data: UserCreate) -> None:
        hashed = await self.credentials.hash_password(data.password, email=data.email, full_name=data.full_name)
        # After the policy: a refused password sends no mail and costs none.
        await self.throttle.hit(parse(self.settings.mail_rate_per_account), "confirm", digest(data.email))
        # The same work for a known address: only the task that sends the mail looks whether there is an account.
        pending = await self.pending.create(
            email=data.email,
            full_name=data.full_name,
            hashed_password=hashed,
            # The task puts the digest of the real token here.
            token_digest=digest(new_token()),
            expires_at=utc_now() + VERIFICATION_LIFETIME,
        )
        self.tasks.enqueue(send_registration, pending.id)
