"""Bodies of requests and responses about API keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.core.schemas import PageSchema, Schema, Text
from app.core.values import WHOLE

DEFAULT_DAYS, MAX_DAYS = 90, 365
#: A week: long enough for every place where a key is used to get the next one.
DEFAULT_OVERLAP_HOURS, MAX_OVERLAP_HOURS = 24, 168

#: One line: operators read it in their terminal, where control characters could pretend anything.
Name = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"),
    Field(min_length=1, max_length=100, description="What the key is for.", examples=["Nightly export"]),
]
Scopes = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=100)]],
    Field(min_length=1, max_length=100, description="What the key may do.", examples=[["invoices:read"]]),
]
Days = Annotated[
    int, Field(ge=1, le=MAX_DAYS, description="Days until it expires; every key does.", examples=[90]), WHOLE
]
Hours = Annotated[
    int,
    Field(
        ge=0,
        le=MAX_OVERLAP_HOURS,
        description="How long the old key goes on working, if it does not expire before; 0: not at all.",
        examples=[24],
    ),
    WHOLE,
]


class ApiKeyCreate(Schema):
    """A new key."""

    name: Name
    scopes: Scopes
    expires_in_days: Days = DEFAULT_DAYS


class ApiKeyRotation(Schema):
    """How a key is replaced by the next one."""

    overlap_hours: Hours = DEFAULT_OVERLAP_HOURS
    expires_in_days: Days = DEFAULT_DAYS


class ApiKey(Schema):
    """A key as its owner sees it: all but the secret."""

    id: UUID = Field(
        description="Identifies the key; it is a part of the key, too.",
        examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"],
    )
    name: Name
    scopes: Scopes
    created_at: datetime = Field(description="When it was made.", examples=["2026-11-23T09:00:00Z"])
    expires_at: datetime = Field(description="When it ends.", examples=["2027-02-21T09:00:00Z"])
    last_used_at: datetime | None = Field(
        description="When it was last used, to the minute; null: never.", examples=["2026-11-23T09:10:00Z"]
    )
    replaced_by: UUID | None = Field(
        description="The key that it was rotated into; null: none.",
        examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c12"],
    )


class ApiKeyCreated(ApiKey):
    """A new key with its secret, which is shown this once."""

    key: str = Field(
        description="Send it as `Authorization: Bearer …`. It is not stored, so nobody can show it again.",
        examples=["svk_0197a3a26d2c7b6e9a530f4f6e1b7c11_…"],
    )


class ApiKeyPage(PageSchema[ApiKey]):
    """One page of keys."""
