"""Named queries over items. Each carries the owner."""

from uuid import UUID

from sqlalchemy import delete, select

from app.core.pagination import Page, PageRequest
from app.core.repository import Repository
from app.items.models import ItemModel

SORT_COLUMNS = {"created_at": ItemModel.created_at, "title": ItemModel.title, "id": ItemModel.id}


class ItemRepository(Repository):
    """Items, one session."""

    async def get_owned(self, item_id: UUID, owner_id: UUID) -> ItemModel | None:
        """Return an item if it belongs to the owner."""
        query = select(ItemModel).where(ItemModel.id == item_id, ItemModel.owner_id == owner_id)
        return await self.session.scalar(query)

    async def page_owned_by(self, owner_id: UUID, request: PageRequest, *, text: str | None) -> Page[ItemModel]:
        """Return one page of the owner's items, only those whose title contains `text` if it is given."""
        query = select(ItemModel).where(ItemModel.owner_id == owner_id)
        if text:
            query = query.where(ItemModel.title.icontains(text, autoescape=True))
        return await self.page(query, SORT_COLUMNS, request)

    async def create(self, *, owner_id: UUID, title: str, description: str | None) -> ItemModel:
        """Insert an item."""
        return await self.add(ItemModel(owner_id=owner_id, title=title, description=description))

    async def delete_owned(self, item_id: UUID, owner_id: UUID) -> bool:
        """Delete an item of the owner; tell whether there was one."""
        return await self.changed_one(delete(ItemModel).where(ItemModel.id == item_id, ItemModel.owner_id == owner_id))
