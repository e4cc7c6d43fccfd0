"""Settings of access tokens and refresh tokens."""

from collections.abc import Iterator

from pydantic import Field, SecretStr, field_validator

from app.core.settings import EnvSettings
from app.security.keys import InvalidKeys, KeySet
from app.security.settings import Rate


class TokenSettings(EnvSettings):
    """Access tokens and refresh tokens."""

    jwt_keys: SecretStr = Field(
        default=SecretStr(""),
        validate_default=True,
        description="Private signing keys as a JWK Set (ES256 or EdDSA); the first one signs, the others still verify. "
        "`uv run app secrets init` makes one, `uv run app keys` rotates them.",
    )
    access_token_minutes: int = Field(default=10, ge=1, le=60, description="Life of an access token, in minutes.")
    refresh_token_days: int = Field(
        default=14, ge=1, le=90, description="A log-in that is not used for this many days ends."
    )
    refresh_rate_per_login: Rate = Field(
        default="60/10minutes", description="Refreshes per log-in; each leaves a row that stays for REFRESH_TOKEN_DAYS."
    )
    session_days: int = Field(default=30, ge=1, le=365, description="A log-in ends after this many days in any case.")

    @field_validator("jwt_keys")
    @classmethod
    def _usable_keys(cls, value: SecretStr) -> SecretStr:
        try:
            KeySet.parse(value.get_secret_value())
        except InvalidKeys as error:
            raise ValueError(str(error)) from None
        return value

    def production_problems(self) -> Iterator[str]:
        """Yield what keys must not be in production."""
        if KeySet.parse(self.jwt_keys.get_secret_value()).published:
            yield "JWT_KEYS holds a key that is published in a standard; make your own with `uv run app keys add`"
