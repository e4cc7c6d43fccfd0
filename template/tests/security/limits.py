"""Limits that are out of the way."""

from app.security.settings import SecuritySettings


def generous(security: SecuritySettings) -> SecuritySettings:
    """Return settings whose limits are out of the way, for tests that send many requests."""
    names = [name for name in SecuritySettings.model_fields if "_rate_" in name]
    return security.model_copy(update=dict.fromkeys(names, "100000/minute"))
