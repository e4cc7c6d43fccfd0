"""Settings of a database that is a server."""

from pydantic import Field

from app.core.database_settings import DatabaseSettings


class ServerSettings(DatabaseSettings):
    """The database."""

    database_connect_timeout_seconds: float = Field(
        default=5, gt=0, le=60, description="How long connecting to the server may take."
    )
    database_idle_transaction_timeout_seconds: float = Field(
        default=60, gt=0, le=3600, description="The server ends a transaction in which nothing happens for so long."
    )
