"""Rule 7: fail closed on the configuration of tokens."""

import json

import pytest

from app.core.settings import ConfigurationError, load_settings
from app.security.keys import KeySet
from app.security.token_settings import TokenSettings

#: RFC 7515, A.3: printed in a standard, so everybody has it.
PUBLISHED = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "published",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "changeme",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [{"kid": "a"}]}',
        '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}',
    ],
)
@pytest.mark.parametrize("environment", ["production", "development", "test"])
def test_signing_keys_are_refused_when_they_are_missing_or_placeholders(
    monkeypatch: pytest.MonkeyPatch, keys: str, environment: str
) -> None:
    monkeypatch.setenv("JWT_KEYS", keys)
    monkeypatch.setenv("ENVIRONMENT", environment)
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(TokenSettings)
    assert str(refusal.value).startswith("JWT_KEYS: ")
    assert "c2VjcmV0" not in str(refusal.value)


def test_a_published_signing_key_is_refused_in_production(monkeypatch: pytest.MonkeyPatch, keys: KeySet) -> None:
    good = json.loads(keys.dump())["keys"]
    for published in ([PUBLISHED], [*good, PUBLISHED]):
        monkeypatch.setenv("JWT_KEYS", json.dumps({"keys": published}))
        with pytest.raises(ConfigurationError, match=r"^JWT_KEYS .*published") as refusal:
            load_settings(TokenSettings)
        assert PUBLISHED["d"] not in str(refusal.value)
    monkeypatch.setenv("JWT_KEYS", json.dumps({"keys": good}))
    assert load_settings(TokenSettings).jwt_keys


@pytest.mark.parametrize(
    ("variable", "value"), [("ACCESS_TOKEN_MINUTES", "61"), ("REFRESH_TOKEN_DAYS", "0"), ("SESSION_DAYS", "366")]
)
def test_token_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, keys: KeySet, variable: str, value: str) -> None:
    monkeypatch.setenv("JWT_KEYS", keys.dump())
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        load_settings(TokenSettings)
