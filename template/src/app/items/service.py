"""The rules about items."""

from dataclasses import dataclass
from uuid import UUID

from app.core.pagination import Page, PageRequest
from app.core.principal import Principal
from app.items.errors import ItemNotFound
from app.items.models import ItemModel
from app.items.repository import ItemRepository
from app.items.schemas import ItemCreate, ItemUpdate


@dataclass(frozen=True, slots=True)
class ItemService:
    """Items: everybody sees and changes their own only."""

    items: ItemRepository

    async def page_items(self, actor: Principal, request: PageRequest, *, text: str | None) -> Page[ItemModel]:
        """Return one page of the actor's items."""
        return await self.items.page_owned_by(actor.user_id, request, text=text)

    async def create_item(self, actor: Principal, data: ItemCreate) -> ItemModel:
        """Make an item that belongs to the actor."""
        return await self.items.create(owner_id=actor.user_id, title=data.title, description=data.description)

    async def get_item(self, actor: Principal, item_id: UUID) -> ItemModel:
        """Return an item of the actor.

        Raises:
            ItemNotFound: when there is none, or it is a stranger's.

        """
        item = await self.items.get_owned(item_id, actor.user_id)
        if item is None:
            raise ItemNotFound
        return item

    async def update_item(self, actor: Principal, item_id: UUID, data: ItemUpdate) -> ItemModel:
        """Change an item of the actor.

        Raises:
            ItemNotFound: when there is none, or it is a stranger's.

        """
        item = await self.get_item(actor, item_id)
        return await self.items.change(item, data.model_dump(exclude_unset=True), gone=ItemNotFound)

    async def delete_item(self, actor: Principal, item_id: UUID) -> None:
        """Delete an item of the actor.

        Raises:
            ItemNotFound: when there is none, or it is a stranger's.

        """
        if not await self.items.delete_owned(item_id, actor.user_id):
            raise ItemNotFound
