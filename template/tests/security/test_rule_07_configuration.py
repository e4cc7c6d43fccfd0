"""Rule 7: fail closed on configuration; each refusal names the variable and never its value."""

import json

import pytest

from app.core.settings import ConfigurationError, Settings, load_settings
from app.main import create_app
from app.security.keys import KeySet
from app.security.settings import SecuritySettings

GOOD = {
    "ALLOWED_HOSTS": "api.example.com",
    "PUBLIC_URL": "https://api.example.com",
}
#: RFC 7515, A.3: printed in a standard, so everybody has it.
PUBLISHED = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "published",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """Load the settings of a production environment with these changes; an empty value is a missing one."""
    for name, value in {**GOOD, **variables}.items():
        monkeypatch.setenv(name, value)
    return load_settings(Settings)


def test_production_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch).environment == "production"
    assert SecuritySettings.model_fields["environment"].default == "production"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "api.example.com,*"),
        ("ALLOWED_HOSTS", " , "),
        ("ALLOWED_HOSTS", "*.com"),
        ("ALLOWED_HOSTS", "*."),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://a.example, *"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "https://*"),
        ("CORS_ORIGINS", "https://a.example/path"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "10.0.0.1, ::/0"),
        ("TRUSTED_PROXIES", "nonsense"),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "http://api.example.com"),
        ("PUBLIC_URL", "https://user:secret@api.example.com"),
        ("PUBLIC_URL", "https://api.example.com/path"),
        ("PUBLIC_URL", "ftp://api.example.com"),
        ("ENVIRONMENT", "prod"),
        ("PORT", "0"),
        ("PORT", "secret"),
        ("LOG_LEVEL", "TRACE"),
        ("MAX_BODY_BYTES", "0"),
    ],
)
def test_production_refuses(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(monkeypatch, **{variable: value})
    (line,) = str(refusal.value).splitlines()
    assert line.startswith(variable)
    assert "secret" not in line
    assert "hunter2" not in line


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(
            monkeypatch,
            ALLOWED_HOSTS="*",
            CORS_ORIGINS="*",
            TRUSTED_PROXIES="*",
            PUBLIC_URL="",
        )
    lines = str(refusal.value).splitlines()
    assert [line.split()[0] for line in lines] == [
        "ALLOWED_HOSTS", "CORS_ORIGINS", "TRUSTED_PROXIES", "PUBLIC_URL"
    ]  # fmt: skip


def test_names_of_machines_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    good = {
        "ALLOWED_HOSTS": "api.example.com,*.example.com,[::1]",
        "CORS_ORIGINS": "https://app.example.com,http://localhost:3000",
        "TRUSTED_PROXIES": "10.0.0.0/8,192.0.2.1,2001:db8::/32",
    }
    assert len(load(monkeypatch, **good).trusted_proxies) == 3


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
        load_settings(SecuritySettings)
    assert str(refusal.value).startswith("JWT_KEYS: ")
    assert "c2VjcmV0" not in str(refusal.value)


def test_a_published_signing_key_is_refused_in_production(monkeypatch: pytest.MonkeyPatch, keys: KeySet) -> None:
    good = json.loads(keys.dump())["keys"]
    for published in ([PUBLISHED], [*good, PUBLISHED]):
        monkeypatch.setenv("JWT_KEYS", json.dumps({"keys": published}))
        with pytest.raises(ConfigurationError, match=r"^JWT_KEYS .*published") as refusal:
            load_settings(SecuritySettings)
        assert PUBLISHED["d"] not in str(refusal.value)
    monkeypatch.setenv("JWT_KEYS", json.dumps({"keys": good}))
    assert load_settings(SecuritySettings).jwt_keys


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PASSWORD_MIN_LENGTH", "7"),
        ("ACCESS_TOKEN_MINUTES", "61"),
        ("REGISTRATION_MODE", "everybody"),
        ("LOGIN_RATE_PER_ADDRESS", "often"),
        ("PASSWORD_HASH_QUEUE", "0"),
    ],
)
def test_account_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, keys: KeySet, variable: str, value: str) -> None:
    monkeypatch.setenv("JWT_KEYS", keys.dump())
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        load_settings(SecuritySettings)


def test_settings_do_not_change_while_the_service_runs(settings: Settings) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.environment = "production"  # type: ignore[misc]


def test_the_application_does_not_start_on_a_bad_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "*")
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS"):
        create_app()
