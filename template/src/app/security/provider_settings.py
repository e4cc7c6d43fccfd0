"""Settings of the OpenID Connect provider whose access tokens are accepted."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.core.settings import CommaList, CommaListOf, EnvSettings

#: Signatures with a public key. `HS…` would make the public key a password, `none` needs no key at all.
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_safe_address(address: str, *, plain_on_loopback: bool) -> bool:
    """Tell whether what comes from an address is what its owner sent: HTTPS, or HTTP that stays on this machine."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (plain_on_loopback and parts.scheme == "http" and host in LOOPBACK)


class ProviderSettings(EnvSettings):
    """The OpenID Connect provider."""

    oidc_issuer: str = Field(
        default="",
        validate_default=True,
        description="The issuer of the tokens, to the letter (also a `/` at its end) as the provider's "
        "`/.well-known/openid-configuration` says it.",
    )
    oidc_audience: str = Field(
        default="",
        validate_default=True,
        description="What the provider calls this API: tokens that do not name it in `aud` are for somebody else.",
    )
    oidc_token_types: CommaList = Field(
        default=("at+jwt",),
        description="What access tokens have in the header `typ`, comma-separated: `at+jwt` (RFC 9068), or `JWT` where "
        "the provider knows nothing better. docs/oidc.md says which one needs it.",
    )
    oidc_algorithms: CommaListOf[Algorithm] = Field(
        default=("RS256", "PS256", "ES256", "EdDSA"),
        description="How tokens may be signed, comma-separated.",
    )
    oidc_scope_claims: CommaList = Field(
        default=("scope", "scp"),
        description="Claims that hold scopes, comma-separated. Add `roles` or `permissions` where the provider puts "
        "rights of that name there.",
    )
    oidc_leeway_seconds: int = Field(
        default=30, ge=0, le=120, description="How far the provider's clock may be off, in seconds."
    )
    oidc_timeout_seconds: float = Field(
        default=5, gt=0, le=30, description="How long the provider has to hand over its keys."
    )
    oidc_keys_minutes: int = Field(
        default=15, ge=1, le=1440, description="After this time the provider is asked for its keys again."
    )
    oidc_stale_keys_hours: int = Field(
        default=24, ge=1, le=168, description="While the provider is away, its keys are good for so long."
    )

    @field_validator("oidc_token_types", "oidc_algorithms", "oidc_scope_claims")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # Here, because `min_length` also complains of a list in which something else is wrong, and counts 0.
        if not value:
            raise ValueError("must name at least one")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _safe(cls, value: str) -> str:
        if not is_safe_address(value, plain_on_loopback=True) or {"?", "#", " "} & set(value):
            raise ValueError("must be the provider's https:// address; http:// is for one on this machine")
        return value

    @field_validator("oidc_audience")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value or value.split() != [value]:
            raise ValueError("must be what the provider calls this API, without blanks")
        return value

    def production_problems(self) -> Iterator[str]:
        """Yield what the provider must not be in production."""
        if not self.oidc_issuer.startswith("https://"):
            yield "OIDC_ISSUER must be an https:// address in production"

    @property
    def token_types(self) -> frozenset[str]:
        """The accepted types in the one form that they are compared in."""
        return frozenset(map(plain_type, self.oidc_token_types))


def plain_type(name: str) -> str:
    """Return a media type without case and without the prefix that RFC 7515 (4.1.9) lets tokens leave out."""
    return name.lower().removeprefix("application/")
