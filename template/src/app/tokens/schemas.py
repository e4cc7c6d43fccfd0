"""Bodies of requests and responses about tokens and keys."""

from typing import Literal

from pydantic import Field

from app.auth.schemas import OpaqueToken, Password
from app.core.schemas import Schema, Text


class LoginForm(Schema):
    """The OAuth2 password form, as "Authorize" in /docs sends it. For the service's own clients only."""

    grant_type: Literal["password"] = Field(default="password", description="Always `password`.", examples=["password"])
    username: Text = Field(max_length=254, description="The e-mail address.", examples=["ada@example.com"])
    password: Password
    scope: Text = Field(
        default="",
        max_length=500,
        description="Scopes separated by spaces, to ask for fewer than the user has; empty: all.",
        examples=[""],
    )
    client_id: Text | None = Field(default=None, max_length=200, description="Ignored.", examples=["docs"])
    client_secret: Text | None = Field(default=None, max_length=200, description="Ignored.", examples=[""])


class RefreshRequest(Schema):
    """A refresh token to be exchanged."""

    refresh_token: OpaqueToken


class TokenPair(Schema):
    """What a client needs to act for a user."""

    access_token: str = Field(
        description="Send it as `Authorization: Bearer …`.",
        examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"],
    )
    token_type: Literal["bearer"] = Field(default="bearer", description="Always `bearer`.", examples=["bearer"])
    expires_in: int = Field(description="Life of the access token, in seconds.", examples=[600])
    refresh_token: str = Field(
        description="Exchange it once for the next pair.", examples=["pXyq5m1nUOQm3g0m4Tqj0bE3v1W2hS6c7Kd9Lf0aZrI"]
    )


class PublicKey(Schema):
    """The public half of a signing key (RFC 7517)."""

    kty: Literal["EC", "OKP"] = Field(description="Family of the key.", examples=["EC"])
    crv: Literal["P-256", "Ed25519"] = Field(description="Its curve.", examples=["P-256"])
    x: str = Field(description="First coordinate.", examples=["f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"])
    y: str | None = Field(
        default=None,
        description="Second coordinate; Ed25519 has none.",
        examples=["x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"],
    )
    kid: str = Field(
        description="Name of the key; the header of a token says which one it needs.", examples=["5b1c9e02"]
    )
    use: Literal["sig"] = Field(description="Always `sig`: for signatures.", examples=["sig"])
    alg: Literal["ES256", "EdDSA"] = Field(description="The only algorithm of this key.", examples=["ES256"])


class PublicKeys(Schema):
    """All keys whose tokens are accepted."""

    keys: list[PublicKey] = Field(description="Several while keys are rotated.")
