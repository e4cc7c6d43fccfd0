"""Rule 7: a file beside the service is a decision in production."""

import pytest

from app.core.dialect import DatabaseSettings
from app.core.settings import ConfigurationError, load_settings


def test_sqlite_in_production_is_a_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL is SQLite"):
        load_settings(DatabaseSettings)
    monkeypatch.setenv("ALLOW_SQLITE_IN_PRODUCTION", "true")
    assert load_settings(DatabaseSettings).url == "sqlite+aiosqlite:///app.db"
