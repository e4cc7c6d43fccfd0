"""What FastAPI hands to endpoints about items."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.core.pagination import PageRequest
from app.items.repository import SORT_COLUMNS, ItemRepository
from app.items.service import ItemService
from app.web.dependencies import SessionDep
from app.web.pagination import DEFAULT_LIMIT, LimitQuery, cursor_query


async def get_item_repo(session: SessionDep) -> ItemRepository:
    """Return the items of this request's transaction."""
    return ItemRepository(session)


ItemRepoDep = Annotated[ItemRepository, Depends(get_item_repo)]


async def get_item_service(items: ItemRepoDep) -> ItemService:
    """Return the item service of this request's transaction."""
    return ItemService(items)


ItemServiceDep = Annotated[ItemService, Depends(get_item_service)]

ItemSort = Annotated[
    Literal["created_at", "-created_at", "title", "-title"],
    Query(description="Order; `-` means largest first.", examples=["title"]),
]

ItemCursor = Annotated[str | None, cursor_query(SORT_COLUMNS)]


async def get_item_paging(
    limit: LimitQuery = DEFAULT_LIMIT, cursor: ItemCursor = None, sort: ItemSort = "-created_at"
) -> PageRequest:
    """Return which page of items is asked for."""
    return PageRequest(limit, sort, cursor)


ItemPagingDep = Annotated[PageRequest, Depends(get_item_paging)]
