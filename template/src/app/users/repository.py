"""Named queries over users."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import aliased

from app.core.clock import utc_now
from app.core.pagination import Page, PageRequest
from app.core.repository import Repository
from app.users.errors import EmailTaken
from app.users.models import EVERYBODY, Role, UserFilter, UserModel

SORT_COLUMNS = {"created_at": UserModel.created_at, "email": UserModel.email, "id": UserModel.id}

IS_ADMINISTRATOR = and_(UserModel.role == Role.ADMIN, UserModel.is_active)
_Other = aliased(UserModel)
# Counted in a derived table: MySQL lets a statement read the table that it changes in no other way.
_ADMINISTRATORS = (
    select(func.count().label("number")).select_from(_Other).where(_Other.role == Role.ADMIN, _Other.is_active)
).subquery()
ADMINISTRATOR_REMAINS = or_(not_(IS_ADMINISTRATOR), select(_ADMINISTRATORS.c.number).scalar_subquery() > 1)


class UserRepository(Repository):
    """Users, one session."""

    async def get_by_id(self, user_id: UUID) -> UserModel | None:
        """Return the user with this id."""
        return await self.session.get(UserModel, user_id)

    async def get_by_email(self, email: str) -> UserModel | None:
        """Return the user with this normalised address."""
        return await self.session.scalar(select(UserModel).where(UserModel.email == email))

    async def exists(self, user_id: UUID) -> bool:
        """Tell whether the user is still there, whatever the session has read before."""
        return await self.session.scalar(select(UserModel.id).where(UserModel.id == user_id)) is not None

    async def page_all(self, request: PageRequest, only: UserFilter = EVERYBODY) -> Page[UserModel]:
        """Return one page of all users, or of some."""
        query = select(UserModel)
        if only.role is not None:
            query = query.where(UserModel.role == only.role)
        if only.is_active is not None:
            query = query.where(UserModel.is_active.is_(only.is_active))
        return await self.page(query, SORT_COLUMNS, request)

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

    async def set_email(self, user_id: UUID, *, old_email: str, new_email: str, asked_at: datetime) -> bool:
        """Confirm an address, which may be a new one, if the old one is still there; tell whether it was.

        What was asked for before the account was locked is over, as the log-ins are that asked for it.

        Raises:
            EmailTaken: when another user has the new address.

        """
        statement = update(UserModel).where(
            UserModel.id == user_id,
            UserModel.email == old_email,
            UserModel.is_active,
            or_(UserModel.locked_at.is_(None), UserModel.locked_at < asked_at),
        )
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

    async def claim(self, user_id: UUID, *, email: str) -> bool:
        """Confirm an address that nobody had confirmed, and end what came before; tell whether it was so."""
        statement = update(UserModel).where(
            UserModel.id == user_id, UserModel.email == email, UserModel.email_verified_at.is_(None)
        )
        now = utc_now()
        return await self.changed_one(statement.values(email_verified_at=now, locked_at=now))

    async def set_rights(self, user: UserModel, values: Mapping[str, object]) -> bool:
        """Change role or `is_active`, unless no active administrator would remain; tell whether it was done."""
        statement = update(UserModel).where(UserModel.id == user.id).values(**values)
        if not values.get("is_active", True):
            statement = statement.values(locked_at=utc_now())
        if values.get("role", Role.ADMIN) != Role.ADMIN or not values.get("is_active", True):
            await self.lock_administrators()
            statement = statement.where(ADMINISTRATOR_REMAINS)
        if not await self.changed_one(statement):
            return False
        await self.session.refresh(user)
        return True

    async def delete_by_id(self, user_id: UUID) -> bool:
        """Delete a user and, by the foreign keys, all that is theirs, unless no active administrator would remain."""
        await self.lock_administrators()
        statement = delete(UserModel).where(UserModel.id == user_id, ADMINISTRATOR_REMAINS)
        return await self.changed_one(statement)

    async def lock_administrators(self) -> None:
        """Let nobody else remove an administrator until this transaction ends.

        Under READ COMMITTED two administrators who remove each other at once would each still count the other one.
        So the rows are locked first, in one order; whoever comes second counts after the first has committed.
        SQLite leaves FOR UPDATE out: it has one writer, and its conditional statement counts under the write lock.
        """
        await self.session.execute(
            select(UserModel.id).where(IS_ADMINISTRATOR).order_by(UserModel.id).with_for_update()
        )
