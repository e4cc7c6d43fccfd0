"""Rule 7: fail closed on the configuration of accounts."""

import pytest

from app.core.settings import ConfigurationError, load_settings
from app.security.settings import SecuritySettings


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PASSWORD_MIN_LENGTH", "7"),
        ("REGISTRATION_MODE", "everybody"),
        ("LOGIN_RATE_PER_ADDRESS", "often"),
        ("LOGIN_RATE_GLOBAL", "0/minute"),
        ("PASSWORD_HASH_QUEUE", "0"),
    ],
)
def test_account_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        load_settings(SecuritySettings)
