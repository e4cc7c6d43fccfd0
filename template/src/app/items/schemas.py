"""Bodies of requests and responses about items."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import PageSchema, Schema, Text

Title = Annotated[Text, Field(min_length=1, max_length=200, description="Short name.", examples=["Bicycle"])]
Description = Annotated[Text, Field(max_length=5000, description="More about it.", examples=["Red, 28 inches"])]


class ItemBase(Schema):
    """What the owner says about an item."""

    title: Title
    description: Description | None = Field(default=None, description="More about it, if there is more.")


class ItemCreate(ItemBase):
    """A new item."""


class ItemUpdate(Schema):
    """A change; what is left out stays as it is."""

    title: Title = Field(default="", description="New short name.")
    description: Description | None = Field(default=None, description="New description; null removes it.")


class Item(ItemBase):
    """An item as its owner sees it."""

    id: UUID = Field(description="Never changes.", examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"])
    owner_id: UUID = Field(description="Whose it is.", examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c10"])
    created_at: datetime = Field(description="When it was made.", examples=["2026-11-23T09:00:00Z"])
    updated_at: datetime = Field(description="When it last changed.", examples=["2026-11-23T09:00:00Z"])


class ItemPage(PageSchema[Item]):
    """One page of items."""
