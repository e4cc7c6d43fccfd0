"""The end of keys that nobody looks for any more."""

from typing import TYPE_CHECKING

from app.api_keys.repository import ApiKeyRepository
from app.core.batches import in_batches

if TYPE_CHECKING:
    from app.resources import Resources


async def delete_ended_keys(resources: "Resources") -> dict[str, int]:
    """Delete keys that have expired so long ago that lists need not show them, and return how many."""
    number = await in_batches(resources.database, lambda session, after: ApiKeyRepository(session).delete_ended(after))
    return {"API keys": number}
