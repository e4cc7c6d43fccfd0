"""API keys over HTTP. Their owners manage them; no key can."""

from uuid import UUID

from fastapi import APIRouter, status

from app.api_keys.dependencies import ApiKeyPagingDep, ApiKeyServiceDep
from app.api_keys.errors import ApiKeyNotFound, ApiKeyReplaced, TooManyApiKeys
from app.api_keys.models import ApiKeyModel
from app.api_keys.schemas import ApiKey, ApiKeyCreate, ApiKeyCreated, ApiKeyPage, ApiKeyRotation
from app.api_keys.service import NewKey
from app.core.pagination import Page
from app.core.principal import ReauthenticationRequired
from app.security.errors import UnknownScope
from app.web.dependencies import ActorDep
from app.web.problems import problems

router = APIRouter(prefix="/api-keys", tags=["api-keys"])


@router.get("", response_model=ApiKeyPage, summary="List your API keys")
async def page_api_keys(paging: ApiKeyPagingDep, actor: ActorDep, service: ApiKeyServiceDep) -> Page[ApiKeyModel]:
    """Return your keys without their secrets, page by page. Expired ones stay in the list for 30 days or longer."""
    return await service.page_keys(actor, paging)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Create an API key",
    responses=problems(ReauthenticationRequired, UnknownScope, TooManyApiKeys),
)
async def create_api_key(data: ApiKeyCreate, actor: ActorDep, service: ApiKeyServiceDep) -> ApiKeyCreated:
    """Make a key for a program that acts for you, within the scopes that you name.

    Needs a log-in of the last ten minutes. The answer is the only one that holds `key`. A key never has scopes for
    accounts.
    """
    return _shown_once(await service.create_key(actor, data))


@router.post(
    "/{key_id}/rotate",
    status_code=status.HTTP_201_CREATED,
    summary="Rotate an API key",
    responses=problems(ReauthenticationRequired, UnknownScope, ApiKeyNotFound, ApiKeyReplaced, TooManyApiKeys),
)
async def rotate_api_key(
    key_id: UUID, data: ApiKeyRotation, actor: ActorDep, service: ApiKeyServiceDep
) -> ApiKeyCreated:
    """Make the next key, with the same name and scopes; the old one works for `overlap_hours` more.

    Needs a log-in of the last ten minutes.
    """
    return _shown_once(await service.rotate_key(actor, key_id, data))


@router.delete(
    "/{key_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete an API key",
    responses=problems(ReauthenticationRequired, ApiKeyNotFound),
)
async def revoke_api_key(key_id: UUID, actor: ActorDep, service: ApiKeyServiceDep) -> None:
    """End a key. It is refused at once. Needs a log-in of the last ten minutes."""
    await service.revoke_key(actor, key_id)


def _shown_once(new: NewKey) -> ApiKeyCreated:
    return ApiKeyCreated(**ApiKey.model_validate(new.key).model_dump(), key=new.text)
