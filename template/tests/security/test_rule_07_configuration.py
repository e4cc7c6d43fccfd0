"""Rule 7: fail closed on configuration; each refusal names the variable and never its value."""

import pytest

from app.core.settings import ConfigurationError, Settings, load_settings
from app.main import create_app
from app.resources import GROUPS

GOOD = {
    "ALLOWED_HOSTS": "api.example.com",
    "PUBLIC_URL": "https://api.example.com",
}


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """Load the settings of a production environment with these changes; an empty value is a missing one."""
    for name, value in {**GOOD, **variables}.items():
        monkeypatch.setenv(name, value)
    return load_settings(Settings)


def test_production_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch).environment == "production"
    assert {group.model_fields["environment"].default for group in GROUPS} == {"production"}


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
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "192.0.2.1, 2001:db8::1/32"),
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


def test_settings_do_not_change_while_the_service_runs(settings: Settings) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.environment = "production"  # type: ignore[misc]


def test_the_application_does_not_start_on_a_bad_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "*")
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS"):
        create_app()
