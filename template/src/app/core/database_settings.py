"""Settings of the database that all engines share."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from app.core.settings import EnvSettings
from app.core.urls import Parameter, driver_url


class DatabaseSettings(EnvSettings):
    """The database."""

    #: Schemes that people write for this engine, and SQLAlchemy's name of the engine with its asynchronous driver.
    schemes: ClassVar[tuple[str, ...]]
    driver: ClassVar[str]
    #: What may stand behind the `?` of the address, by the name that people write; without it, anything.
    parameters: ClassVar[Mapping[str, Parameter] | None] = None

    database_url: SecretStr = Field(description="Where the data lives; the common URL forms are understood.")
    database_pool_size: int = Field(
        default=10, ge=1, le=200, description="Database connections per worker process; more requests than that wait."
    )
    database_acquire_timeout_seconds: float = Field(
        default=5, gt=0, le=60, description="How long a request waits for a connection before it gets 503."
    )
    database_statement_timeout_seconds: float = Field(
        default=10, gt=0, le=600, description="How long a statement may take, waiting for locks included."
    )

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, value: SecretStr) -> SecretStr:
        return SecretStr(cls.with_driver(value.get_secret_value()))

    @classmethod
    def with_driver(cls, url: str) -> str:
        """Return an address as the driver of this engine takes it.

        Raises:
            ValueError: when it is none; the text says why.

        """
        return driver_url(url, cls.schemes, cls.driver, cls.parameters)

    @property
    def url(self) -> str:
        """The address with its driver and password."""
        return self.database_url.get_secret_value()
