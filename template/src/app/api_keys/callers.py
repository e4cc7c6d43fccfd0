"""Who is calling, by the API key of the request."""

import hmac
from datetime import timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.api_keys.repository import ApiKeyRepository
from app.core.clock import utc_now
from app.core.principal import Principal
from app.resources import Resources
from app.security.api_key_format import id_of
from app.security.errors import InvalidToken
from app.security.opaque_tokens import digest
from app.web.scopes import API_KEY

#: How often at most the use of a key is written down.
NOTED_EVERY = timedelta(minutes=1)

scheme = HTTPBearer(
    scheme_name=API_KEY,
    bearerFormat="svk_…",
    auto_error=False,
    description="An API key, made by `POST /api/v1/api-keys`. It reaches only what needs a scope that it has.",
)


async def get_bearer_credential(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)],
) -> str | None:
    """Return what the `Authorization` header carries: an API key, or something that is none."""
    return None if credentials is None else credentials.credentials


BearerCredential = Annotated[str | None, Depends(get_bearer_credential)]


async def identify_key(request: Request, key: str, session: AsyncSession) -> Principal:
    """Return the program that sends a key, with the rights that its owner has at this moment.

    There is no moment of authentication: nobody is there to prove anything, so sensitive actions are out of reach.

    Raises:
        InvalidToken: when it is no key, or one that has ended, or its owner is locked.

    """
    key_id = id_of(key)
    found = await ApiKeyRepository(session).get_alive(key_id)
    if found is None or not hmac.compare_digest(found.key_digest, digest(key)):
        raise InvalidToken
    state = request.app.state
    if found.last_used_at is None or utc_now() - found.last_used_at > NOTED_EVERY:
        # Beside the request: a reading one may not write, and none should wait for that.
        state.resources.tasks.start("note_key_use", partial(note_key_use, state.resources, key_id))
    granted = state.role_scopes[found.user.role] & state.key_scopes & frozenset(found.scope.split())
    principal = Principal(kind="key", id=found.user.id, scopes=granted)
    request.scope["app.user"] = found.user
    request.scope["app.principal"] = principal
    return principal


async def note_key_use(resources: Resources, key_id: UUID) -> None:
    """Write down that a key is in use, once in a minute also when many requests come at once."""
    async with resources.database.transaction() as session:
        await ApiKeyRepository(session).note_use(key_id, unless_since=utc_now() - NOTED_EVERY)
