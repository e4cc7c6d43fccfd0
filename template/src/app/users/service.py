"""The rules about users."""

from dataclasses import dataclass
from uuid import UUID

from app.audit.service import AuditLog
from app.core.clock import utc_now
from app.core.errors import Forbidden
from app.core.pagination import Page, PageRequest
from app.core.principal import Principal
from app.users.credentials import CredentialService
from app.users.errors import LastAdministrator, OwnRights, UserNotFound
from app.users.models import EVERYBODY, READ, WRITE, Role, UserFilter, UserModel
from app.users.repository import UserRepository
from app.users.schemas import UserCreate, UserRightsUpdate, UserUpdate


@dataclass(frozen=True, slots=True)
class UserService:
    """Users: making, reading, changing and deleting them."""

    users: UserRepository
    credentials: CredentialService
    audit: AuditLog

    async def create_user(self, actor: Principal, data: UserCreate) -> UserModel:
        """Make an account without rights.

        Raises:
            EmailTaken: when the address has an account.
            PasswordTooShort, PasswordTooCommon: when the password is not accepted.

        """
        return await self._create(actor, data, Role.USER)

    async def create_administrator(self, actor: Principal, data: UserCreate) -> UserModel:
        """Make an account of an administrator.

        Raises:
            Forbidden: when the actor is neither an administrator nor the system.
            EmailTaken, PasswordTooShort, PasswordTooCommon: as for `create_user`.

        """
        if not actor.may(WRITE):
            raise Forbidden
        return await self._create(actor, data, Role.ADMIN)

    async def create_confirmed_user(self, *, email: str, full_name: str | None, hashed_password: str) -> UserModel:
        """Make an account whose address its owner has confirmed.

        Raises:
            EmailTaken: when the address has an account by now.

        """
        return await self.users.create(
            email=email,
            full_name=full_name,
            hashed_password=hashed_password,
            role=Role.USER,
            email_verified_at=utc_now(),
        )

    async def authenticate_user(self, email: str, password: str) -> UserModel:
        """Return the active user whose password this is.

        Raises:
            InvalidCredentials, HashingBusy: as `CredentialService.authenticate_user`.

        """
        return await self.credentials.authenticate_user(email, password)

    async def get_user(self, actor: Principal, user_id: UUID) -> UserModel:
        """Return the actor's own account, or any for an administrator.

        Raises:
            UserNotFound: when there is none that the actor may see.

        """
        user = await self.users.get_by_id(user_id) if actor.id == user_id or actor.may(READ) else None
        if user is None:
            raise UserNotFound
        return user

    async def find_user(self, user_id: UUID) -> UserModel | None:
        """Return a user, for work that no caller stands behind."""
        return await self.users.get_by_id(user_id)

    async def find_user_by_email(self, email: str) -> UserModel | None:
        """Return the user with a normalised address, for work that no caller stands behind."""
        return await self.users.get_by_email(email)

    async def page_users(self, actor: Principal, request: PageRequest, only: UserFilter = EVERYBODY) -> Page[UserModel]:
        """Return one page of all users, or of some.

        Raises:
            UserNotFound: when the actor may not see others.

        """
        if not actor.may(READ):
            raise UserNotFound
        return await self.users.page_all(request, only)

    async def update_user(self, actor: Principal, data: UserUpdate) -> UserModel:
        """Change the actor's own profile."""
        user = await self.get_user(actor, actor.user_id)
        return await self.users.change(user, data.model_dump(exclude_unset=True), gone=UserNotFound)

    async def update_rights(self, actor: Principal, user_id: UUID, data: UserRightsUpdate) -> UserModel:
        """Change somebody's role or lock the account; both take effect on the next request. Locking ends all log-ins.

        Raises:
            ReauthenticationRequired: when the actor's log-in is not recent.
            OwnRights: when administrators mean themselves.
            LastAdministrator: when no active administrator would remain.
            UserNotFound: when there is no such user or the actor is no administrator.

        """
        user = await self._get_as_administrator(actor, user_id)
        actor.require_recent_authentication()
        wanted = data.model_dump(exclude_unset=True)
        changes = {name: value for name, value in wanted.items() if getattr(user, name) != value}
        if changes and not await self.users.set_rights(user, changes):
            raise await self._why_not(user_id)
        for name, value in changes.items():
            event = "role-changed" if name == "role" else "unlocked" if value else "locked"
            self.audit.record(event, user_id=user_id, actor=actor)
        return user

    async def delete_user(self, actor: Principal, user_id: UUID) -> None:
        """Delete an account with all that belongs to it: one's own, or another one as an administrator.

        Raises:
            ReauthenticationRequired: when the actor's log-in is not recent.
            OwnRights, LastAdministrator, UserNotFound: as for `update_rights`.

        """
        actor.require_recent_authentication()
        if actor.id != user_id:
            await self._get_as_administrator(actor, user_id)
        if not await self.users.delete_by_id(user_id):
            raise await self._why_not(user_id)
        self.audit.record("deleted", user_id=user_id, actor=actor)

    async def _create(self, actor: Principal, data: UserCreate, role: Role) -> UserModel:
        hashed = await self.credentials.hash_password(data.password, email=data.email, full_name=data.full_name)
        user = await self.users.create(email=data.email, hashed_password=hashed, full_name=data.full_name, role=role)
        self.audit.record("created" if actor.may(WRITE) else "registered", user_id=user.id, actor=actor)
        return user

    async def _why_not(self, user_id: UUID) -> LastAdministrator | UserNotFound:
        return LastAdministrator() if await self.users.exists(user_id) else UserNotFound()

    async def _get_as_administrator(self, actor: Principal, user_id: UUID) -> UserModel:
        if not actor.may(WRITE):
            raise UserNotFound
        if actor.id == user_id:
            raise OwnRights
        if (user := await self.users.get_by_id(user_id)) is None:
            raise UserNotFound
        return user
