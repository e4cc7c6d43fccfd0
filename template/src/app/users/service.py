"""The rules about users."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from app.core.pagination import Page, PageRequest
from app.core.principal import Principal
from app.security.password_policy import PasswordPolicy
from app.security.passwords import PasswordHasher
from app.users.errors import InvalidCredentials, OwnRights, UserNotFound
from app.users.models import Role, UserModel
from app.users.repository import UserRepository
from app.users.schemas import UserCreate, UserRightsUpdate, UserUpdate

#: Scope that lets administrators see and change all users.
READ = "users:read"
WRITE = "users:write"


@dataclass(frozen=True, slots=True)
class UserService:
    """Users: registering, reading, changing, deleting, and checking a password."""

    users: UserRepository
    passwords: PasswordHasher
    policy: PasswordPolicy

    async def create_user(self, actor: Principal, data: UserCreate, *, role: Role = Role.USER) -> UserModel:
        """Make an account.

        Raises:
            EmailTaken: when the address has an account.
            PasswordTooShort, PasswordTooCommon: when the password is not accepted.

        """
        hashed = await self.hash_password(data.password, words=(data.email, data.full_name or ""))
        if actor.kind != "system":
            role = Role.USER
        return await self.users.create(email=data.email, hashed_password=hashed, full_name=data.full_name, role=role)

    async def hash_password(self, password: SecretStr, *, words: Iterable[str]) -> str:
        """Check a new password against the policy and hash it; no connection is held meanwhile.

        Raises:
            PasswordTooShort, PasswordTooCommon: when it is not accepted; `words` are those of its owner.

        """
        plain = password.get_secret_value()
        self.policy.check(plain, words=words)
        await self.users.release()
        return await self.passwords.hash(plain)

    async def authenticate_user(self, email: str, password: str) -> UserModel:
        """Return the active user whose password this is.

        The connection is handed back while the password is hashed. Unknown, wrong and inactive take the same time.

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

    async def get_user(self, actor: Principal, user_id: UUID) -> UserModel:
        """Return the actor's own account, or any for an administrator.

        Raises:
            UserNotFound: when there is none that the actor may see.

        """
        user = await self.users.get_by_id(user_id) if actor.id == user_id or actor.may(READ) else None
        if user is None:
            raise UserNotFound
        return user

    async def page_users(self, actor: Principal, request: PageRequest) -> Page[UserModel]:
        """Return one page of all users.

        Raises:
            UserNotFound: when the actor may not see others.

        """
        if not actor.may(READ):
            raise UserNotFound
        return await self.users.page_all(request)

    async def update_user(self, actor: Principal, data: UserUpdate) -> UserModel:
        """Change the actor's own profile."""
        user = await self.get_user(actor, actor.user_id)
        if "full_name" in data.model_fields_set:
            user.full_name = data.full_name
        await self.users.flush()
        return user

    async def update_rights(self, actor: Principal, user_id: UUID, data: UserRightsUpdate) -> UserModel:
        """Change somebody's role or lock the account; both take effect on the next request.

        Raises:
            OwnRights: when administrators mean themselves.
            UserNotFound: when there is no such user or the actor is no administrator.

        """
        user = await self._get_as_administrator(actor, user_id)
        for name in data.model_fields_set:
            setattr(user, name, getattr(data, name))
        await self.users.flush()
        return user

    async def delete_user(self, actor: Principal, user_id: UUID) -> None:
        """Delete an account with all that belongs to it: one's own, or another one as an administrator.

        Raises:
            ReauthenticationRequired: when the actor's log-in is not recent.
            OwnRights, UserNotFound: as for `update_rights`.

        """
        actor.require_recent_authentication()
        if actor.id != user_id:
            await self._get_as_administrator(actor, user_id)
        if not await self.users.delete_by_id(user_id):
            raise UserNotFound

    async def _get_as_administrator(self, actor: Principal, user_id: UUID) -> UserModel:
        if not actor.may(WRITE):
            raise UserNotFound
        if actor.id == user_id:
            raise OwnRights
        user = await self.users.get_by_id(user_id)
        if user is None:
            raise UserNotFound
        return user
