"""Named queries over users."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from app.core.clock import utc_now
from app.core.pagination import Page, PageRequest
from app.core.repository import Repository
from app.users.errors import EmailTaken
from app.users.models import UserModel

SORT_COLUMNS = {"created_at": UserModel.created_at, "email": UserModel.email, "id": UserModel.id}


class UserRepository(Repository):
    """Users, one session."""

    async def get_by_id(self, user_id: UUID) -> UserModel | None:
        """Return the user with this id."""
        return await self.session.get(UserModel, user_id)

    async def get_by_email(self, email: str) -> UserModel | None:
        """Return the user with this normalised address."""
        return await self.session.scalar(select(UserModel).where(UserModel.email == email))

    async def page_all(self, request: PageRequest) -> Page[UserModel]:
        """Return one page of all users."""
        return await self.page(select(UserModel), SORT_COLUMNS, request)

    async def create(
        self,
        *,
        email: str,
        hashed_password: str,
        full_name: str | None,
        role: str,
        email_verified_at: datetime | None = None,
    ) -> UserModel:
        """Insert a user.

        Raises:
            EmailTaken: when another user has the address.

        """
        user = UserModel(
            email=email,
            hashed_password=hashed_password,
            full_name=full_name,
            role=role,
            email_verified_at=email_verified_at,
        )
        return await self.add(user, conflict=EmailTaken)

    async def set_email(self, user_id: UUID, *, old_email: str, new_email: str) -> bool:
        """Confirm an address, which may be a new one, if the old one is still there; tell whether it was.

        Raises:
            EmailTaken: when another user has the new address.

        """
        statement = update(UserModel).where(UserModel.id == user_id, UserModel.email == old_email)
        values = statement.values(email=new_email, email_verified_at=utc_now())
        return await self.changed_one(values, conflict=EmailTaken)

    async def note_login(self, user_id: UUID, *, hashed_password: str, new_hash: str | None) -> bool:
        """Note a log-in, if the account is still active with this hash; tell whether it is.

        The row stays locked until the transaction ends: nobody changes the password or locks the account in between.
        """
        statement = update(UserModel).where(
            UserModel.id == user_id, UserModel.hashed_password == hashed_password, UserModel.is_active
        )
        values = {"last_login_at": utc_now(), "hashed_password": new_hash or hashed_password}
        return await self.changed_one(statement.values(**values, updated_at=UserModel.updated_at))

    async def replace_password(self, user_id: UUID, *, old_hash: str, new_hash: str) -> bool:
        """Store a new hash if the old one is still there; tell whether it was."""
        statement = update(UserModel).where(UserModel.id == user_id, UserModel.hashed_password == old_hash)
        return await self.changed_one(statement.values(hashed_password=new_hash))

    async def delete_by_id(self, user_id: UUID) -> bool:
        """Delete a user and, by the foreign keys, all that is theirs; tell whether there was one."""
        return await self.changed_one(delete(UserModel).where(UserModel.id == user_id))
