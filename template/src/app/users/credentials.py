"""What proves who somebody is: the password and the confirmed address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from app.security.password_policy import PasswordPolicy
from app.security.passwords import PasswordHasher
from app.users.errors import InvalidCredentials, PasswordChanged, UserNotFound, WrongPassword
from app.users.models import UserModel
from app.users.repository import UserRepository


@dataclass(frozen=True, slots=True)
class CredentialService:
    """Passwords and addresses of users. No connection is held while a password is hashed."""

    users: UserRepository
    passwords: PasswordHasher
    policy: PasswordPolicy

    async def hash_password(self, password: SecretStr, *, email: str, full_name: str | None) -> str:
        """Check a new password against the policy and the words of its owner, and hash it.

        Raises:
            PasswordTooShort, PasswordTooCommon: when it is not accepted.

        """
        plain = password.get_secret_value()
        self.policy.check(plain, words=_words(email, full_name))
        await self.users.release()
        return await self.passwords.hash(plain)

    async def authenticate_user(self, email: str, password: str) -> UserModel:
        """Return the active user whose password this is. Unknown, wrong and inactive take the same time.

        Raises:
            InvalidCredentials: for an unknown address, a wrong password or an inactive account.
            HashingBusy: when too many log-ins wait already.

        """
        user = await self.users.get_by_email(email)
        await self.users.release()
        valid, new_hash = await self.passwords.verify(password, user.hashed_password if user else None)
        if user is None or not valid:
            raise InvalidCredentials(user_id=user.id if user else None)
        # Meanwhile the account may have been locked or its password changed.
        if not await self.users.note_login(user.id, hashed_password=user.hashed_password, new_hash=new_hash):
            raise InvalidCredentials(user_id=user.id)
        return user

    async def verify_password(self, user: UserModel, password: SecretStr) -> None:
        """Check the present password of a user who is logged in.

        Raises:
            WrongPassword: when it is another one.

        """
        await self.users.release()
        valid, _ = await self.passwords.verify(password.get_secret_value(), user.hashed_password)
        if not valid:
            raise WrongPassword

    async def replace_password(self, user: UserModel, password: SecretStr) -> None:
        """Set a new password, if the one that was read is still there.

        Raises:
            PasswordTooShort, PasswordTooCommon: when it is not accepted.
            PasswordChanged: when somebody else was faster.

        """
        hashed = await self.hash_password(password, email=user.email, full_name=user.full_name)
        if not await self.users.replace_password(user.id, old_hash=user.hashed_password, new_hash=hashed):
            raise PasswordChanged

    async def claim(self, user: UserModel) -> bool:
        """Let the owner of an address that nobody had confirmed have the account alone; tell whether it was so.

        Somebody else may have registered with it, and left log-ins and keys behind to come back with: they end for
        good, as those of a locked account do.
        """
        return await self.users.claim(user.id, email=user.email)

    async def confirm_email(self, user_id: UUID, *, present: str, confirmed: str, asked_at: datetime) -> None:
        """Note that an address is confirmed; it may be another one than the present.

        Raises:
            UserNotFound: when the account is gone, or was locked or has changed its address since it was asked for.
            EmailTaken: when another account has the confirmed address.

        """
        if not await self.users.set_email(user_id, old_email=present, new_email=confirmed, asked_at=asked_at):
            raise UserNotFound


def _words(email: str, full_name: str | None) -> Iterable[str]:
    return (email,) if full_name is None else (email, full_name)
