"""Settings of log-ins with a cookie."""

from pydantic import Field

from app.core.settings import EnvSettings


class CookieSettings(EnvSettings):
    """Log-ins with a cookie."""

    session_idle_hours: int = Field(
        default=12, ge=1, le=24 * 30, description="A log-in that is not used for this many hours ends."
    )
    session_days: int = Field(default=14, ge=1, le=365, description="A log-in ends after this many days in any case.")
