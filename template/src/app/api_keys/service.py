"""The rules about API keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.api_keys.errors import ApiKeyNotFound, ApiKeyReplaced, TooManyApiKeys
from app.api_keys.models import ApiKeyModel, OwnedKey
from app.api_keys.repository import ApiKeyRepository
from app.api_keys.schemas import ApiKeyCreate, ApiKeyRotation
from app.audit.service import AuditLog
from app.core.clock import utc_now, uuid7
from app.core.pagination import Page, PageRequest
from app.core.principal import SYSTEM, Principal
from app.security.api_key_format import new_key
from app.security.errors import UnknownScope
from app.security.opaque_tokens import digest

#: Keys per user that have not expired.
MOST = 50


class NewKey(NamedTuple):
    """A key that was just made; its text is known only now."""

    key: ApiKeyModel
    text: str


@dataclass(frozen=True, slots=True)
class ApiKeyService:
    """Keys: everybody sees and changes their own only, and nobody gives away rights that they do not have."""

    keys: ApiKeyRepository
    audit: AuditLog
    #: The scopes that a key can have at all.
    grantable: frozenset[str] = frozenset()

    async def page_keys(self, actor: Principal, request: PageRequest) -> Page[ApiKeyModel]:
        """Return one page of the actor's keys."""
        return await self.keys.page_owned_by(actor.user_id, request)

    async def create_key(self, actor: Principal, data: ApiKeyCreate) -> NewKey:
        """Make a key.

        Raises:
            ReauthenticationRequired: when the actor's log-in is not recent.
            UnknownScope: when a scope is not the actor's, or no key can have it.
            TooManyApiKeys: when the actor has as many keys as one may have.

        """
        actor.require_recent_authentication()
        new = await self._create(actor, name=data.name, scopes=data.scopes, days=data.expires_in_days)
        self.audit.record("api-key-created", user_id=actor.user_id, actor=actor)
        return new

    async def rotate_key(self, actor: Principal, key_id: UUID, data: ApiKeyRotation) -> NewKey:
        """Make a key with the name and the scopes of another one, which works a while longer.

        Raises:
            ReauthenticationRequired, UnknownScope, TooManyApiKeys: as for `create_key`.
            ApiKeyNotFound: when the actor has no such key, or it has ended.
            ApiKeyReplaced: when it was rotated before.

        """
        actor.require_recent_authentication()
        old = await self.keys.get_owned(key_id, actor.user_id)
        if old is None:
            raise ApiKeyNotFound
        new = await self._create(actor, name=old.name, scopes=old.scopes, days=data.expires_in_days)
        ends_at = min(old.expires_at, utc_now() + timedelta(hours=data.overlap_hours))
        if not await self.keys.replace(key_id, by=new.key.id, ends_at=ends_at):
            raise ApiKeyReplaced
        self.audit.record("api-key-rotated", user_id=actor.user_id, actor=actor)
        return new

    async def revoke_key(self, actor: Principal, key_id: UUID) -> None:
        """End a key of the actor at once.

        Raises:
            ReauthenticationRequired: when the actor's log-in is not recent.
            ApiKeyNotFound: when the actor has no such key.

        """
        actor.require_recent_authentication()
        if not await self.keys.delete_owned(key_id, actor.user_id):
            raise ApiKeyNotFound
        self.audit.record("api-key-revoked", user_id=actor.user_id, actor=actor)

    async def all_keys(self, *, email: str | None = None) -> Sequence[OwnedKey]:
        """Return the keys of everybody, or of one address, for operators."""
        return await self.keys.all_with_owners(email=email)

    async def revoke_for_operator(self, key_id: UUID) -> None:
        """End a key, whoever owns it.

        Raises:
            ApiKeyNotFound: when there is no such key.

        """
        owner = await self.keys.get_owner(key_id)
        if owner is None or not await self.keys.delete_owned(key_id, owner):
            raise ApiKeyNotFound
        self.audit.record("api-key-revoked", user_id=owner, actor=SYSTEM)

    async def _create(self, actor: Principal, *, name: str, scopes: Sequence[str], days: int) -> NewKey:
        if not (wanted := frozenset(scopes)) <= actor.scopes & self.grantable:
            raise UnknownScope
        if await self.keys.count_for_one_more(actor.user_id) >= MOST:
            raise TooManyApiKeys
        key_id = uuid7()
        text = new_key(key_id)
        key = ApiKeyModel(
            id=key_id,
            user_id=actor.user_id,
            name=name,
            scope=" ".join(sorted(wanted)),
            key_digest=digest(text),
            expires_at=utc_now() + timedelta(days=days),
        )
        return NewKey(await self.keys.add(key), text)
