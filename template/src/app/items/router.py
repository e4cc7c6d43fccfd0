"""Items over HTTP; `ETag`/`If-Match` and `Idempotency-Key` will join here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.core.pagination import Page
from app.core.schemas import Text
from app.items.dependencies import ItemPagingDep, ItemServiceDep
from app.items.errors import ItemNotFound
from app.items.models import ItemModel
from app.items.schemas import Item, ItemCreate, ItemPage, ItemUpdate
from app.web.dependencies import ActorDep
from app.web.locations import CREATED
from app.web.problems import problems

router = APIRouter(prefix="/items", tags=["items"])
SearchQuery = Annotated[
    Text | None, Query(max_length=200, description="Only items whose title contains this text.", examples=["bike"])
]


@router.get("", response_model=ItemPage, summary="List your items")
async def page_items(
    paging: ItemPagingDep, actor: ActorDep, service: ItemServiceDep, q: SearchQuery = None
) -> Page[ItemModel]:
    """Return your items, page by page."""
    return await service.page_items(actor, paging, text=q)


@router.post("", response_model=Item, status_code=status.HTTP_201_CREATED, summary="Create an item", responses=CREATED)
async def create_item(data: ItemCreate, actor: ActorDep, service: ItemServiceDep, response: Response) -> ItemModel:
    """Make an item that belongs to you. `Location` tells where it is."""
    item = await service.create_item(actor, data)
    response.headers["Location"] = f"/api/v1/items/{item.id}"
    return item


@router.get("/{item_id}", response_model=Item, summary="Read an item", responses=problems(ItemNotFound))
async def get_item(item_id: UUID, actor: ActorDep, service: ItemServiceDep) -> ItemModel:
    """Return one of your items."""
    return await service.get_item(actor, item_id)


@router.patch("/{item_id}", response_model=Item, summary="Change an item", responses=problems(ItemNotFound))
async def update_item(item_id: UUID, data: ItemUpdate, actor: ActorDep, service: ItemServiceDep) -> ItemModel:
    """Change one of your items; what you leave out stays as it is."""
    return await service.update_item(actor, item_id, data)


@router.delete(
    "/{item_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete an item",
    responses=problems(ItemNotFound),
)
async def delete_item(item_id: UUID, actor: ActorDep, service: ItemServiceDep) -> None:
    """Delete one of your items."""
    await service.delete_item(actor, item_id)
