"""Named queries over API keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from app.api_keys.models import ApiKeyModel, OwnedKey
from app.core.batches import Batch
from app.core.clock import utc_now
from app.core.pagination import Page, PageRequest
from app.core.repository import Repository
from app.users.models import UserModel

SORT_COLUMNS = {"created_at": ApiKeyModel.created_at, "id": ApiKeyModel.id}
#: How long the list still shows a key that has expired: whoever wonders why a program fails finds it there.
SHOWN = timedelta(days=30)

#: A lock ends keys for good, as it does log-ins: whoever had stolen the account may have made some.
NOT_LOCKED_SINCE = or_(UserModel.locked_at.is_(None), ApiKeyModel.created_at > UserModel.locked_at)
#: What every request asks of the key that it brings (`now`: the moment of the request).
ALIVE = and_(UserModel.is_active, ApiKeyModel.expires_at > bindparam("now"), NOT_LOCKED_SINCE)
# Building it anew would cost as much as running it.
FOUND = (
    select(UserModel, ApiKeyModel.key_digest, ApiKeyModel.scope, ApiKeyModel.last_used_at)
    .join(ApiKeyModel, ApiKeyModel.user_id == UserModel.id)
    .where(ApiKeyModel.id == bindparam("key_id"), ALIVE)
)


class FoundKey(NamedTuple):
    """A key that has not ended, with its active owner."""

    user: UserModel
    key_digest: str
    scope: str
    last_used_at: datetime | None


class ApiKeyRepository(Repository):
    """API keys, one session of the database."""

    async def get_alive(self, key_id: UUID) -> FoundKey | None:
        """Return a key that has not ended, with its active owner: the one query of every request with a key."""
        row = (await self.session.execute(FOUND, {"key_id": key_id, "now": utc_now()})).one_or_none()
        return FoundKey(*row) if row else None

    async def note_use(self, key_id: UUID, *, unless_since: datetime) -> None:
        """Write down that a key is in use, unless somebody has done so since then."""
        unknown = or_(ApiKeyModel.last_used_at.is_(None), ApiKeyModel.last_used_at <= unless_since)
        statement = update(ApiKeyModel).where(ApiKeyModel.id == key_id, unknown)
        await self.changed_one(statement.values(last_used_at=utc_now()))

    async def page_owned_by(self, user_id: UUID, request: PageRequest) -> Page[ApiKeyModel]:
        """Return one page of a user's keys."""
        query = select(ApiKeyModel).join(UserModel, UserModel.id == ApiKeyModel.user_id)
        return await self.page(query.where(ApiKeyModel.user_id == user_id, NOT_LOCKED_SINCE), SORT_COLUMNS, request)

    async def get_owned(self, key_id: UUID, user_id: UUID) -> ApiKeyModel | None:
        """Return a key if it belongs to the user and has not ended."""
        query = select(ApiKeyModel).join(UserModel, UserModel.id == ApiKeyModel.user_id)
        query = query.where(ApiKeyModel.id == key_id, ApiKeyModel.user_id == user_id, ALIVE)
        return await self.session.scalar(query, {"now": utc_now()})

    async def count_for_one_more(self, user_id: UUID) -> int:
        """Drop a user's keys that ended long ago and return how many are left; nobody adds one meanwhile.

        The user's row is locked for that. SQLite leaves FOR UPDATE out: it has one writer, and counts after it has
        become that.
        """
        await self.session.execute(select(UserModel.id).where(UserModel.id == user_id).with_for_update())
        locked_at = select(UserModel.locked_at).where(UserModel.id == user_id).scalar_subquery()
        ended = or_(ApiKeyModel.expires_at <= utc_now() - SHOWN, ApiKeyModel.created_at <= locked_at)
        statement = delete(ApiKeyModel).where(ApiKeyModel.user_id == user_id, ended)
        await self.session.execute(statement, execution_options={"synchronize_session": False})
        query = select(func.count()).select_from(ApiKeyModel)
        query = query.where(ApiKeyModel.user_id == user_id, ApiKeyModel.expires_at > utc_now())
        return await self.session.scalar(query) or 0

    async def replace(self, key_id: UUID, *, by: UUID, ends_at: datetime) -> bool:
        """Note that a key is replaced and when it ends; True for exactly one of any number of callers."""
        statement = update(ApiKeyModel).where(ApiKeyModel.id == key_id, ApiKeyModel.replaced_by.is_(None))
        return await self.changed_one(statement.values(replaced_by=by, expires_at=ends_at))

    async def delete_owned(self, key_id: UUID, user_id: UUID) -> bool:
        """Delete a key of a user; tell whether there was one."""
        return await self.changed_one(
            delete(ApiKeyModel).where(ApiKeyModel.id == key_id, ApiKeyModel.user_id == user_id)
        )

    async def delete_ended(self, after: UUID) -> Batch:
        """Drop some of the keys that ended long ago."""
        return await self.delete_batch(ApiKeyModel, ApiKeyModel.expires_at <= utc_now() - SHOWN, after=after)

    async def get_owner(self, key_id: UUID) -> UUID | None:
        """Return whose key this is."""
        return await self.session.scalar(select(ApiKeyModel.user_id).where(ApiKeyModel.id == key_id))

    async def all_with_owners(self, *, email: str | None) -> Sequence[OwnedKey]:
        """Return all keys, or those of one address, oldest first."""
        query = select(ApiKeyModel, UserModel.email).join(UserModel, UserModel.id == ApiKeyModel.user_id)
        if email is not None:
            query = query.where(UserModel.email == email)
        return [OwnedKey(*row) for row in await self.session.execute(query.order_by(ApiKeyModel.id))]
