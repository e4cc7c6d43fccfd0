"""Bodies of requests and responses about log-ins."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Schema, SecretText, Text
from app.security.password_policy import MAX_LENGTH

Password = Annotated[
    SecretText,
    Field(min_length=1, max_length=MAX_LENGTH, description="The password.", examples=["correct horse battery staple"]),
]
OpaqueToken = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=200,
        description="The token as it was handed out.",
        examples=["pXyq5m1nUOQm3g0m4Tqj0bE3v1W2hS6c7Kd9Lf0aZrI"],
    ),
]


class Session(Schema):
    """One log-in on one device."""

    id: UUID = Field(description="Identifies the log-in.", examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"])
    user_agent: str = Field(description="What the client called itself.", examples=["Mozilla/5.0 (X11; Linux x86_64)"])
    address: str = Field(description="Where it logged in from.", examples=["192.0.2.7"])
    current: bool = Field(description="Whether this request belongs to it.", examples=[True])
    created_at: datetime = Field(description="When it logged in.", examples=["2026-11-23T09:00:00Z"])
    last_used_at: datetime = Field(description="When it last got a new token.", examples=["2026-11-23T09:10:00Z"])
    expires_at: datetime = Field(description="When it ends in any case.", examples=["2026-12-23T09:00:00Z"])
