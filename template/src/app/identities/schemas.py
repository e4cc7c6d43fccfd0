"""Shapes of identities in requests and responses."""

from uuid import UUID

from pydantic import Field

from app.core.schemas import Schema


class Identity(Schema):
    """The caller."""

    id: UUID = Field(
        description="The caller's id here, made of `issuer` and `sub`: what belongs to the caller carries it.",
        examples=["7d3ae2c5-1b1f-8f0e-9c53-0f4f6e1b7c11"],
    )
    sub: str = Field(
        description="What the provider calls the caller.", examples=["248289761001", "auth0|5f7c8ec7c33c6c004bbafe82"]
    )
    issuer: str = Field(description="The provider.", examples=["https://login.example.com/"])
    scopes: list[str] = Field(
        description="What the access token is good for.", examples=[["items:read", "items:write", "openid"]]
    )
