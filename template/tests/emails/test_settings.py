"""Settings of outgoing mail fail closed."""

import pytest

from app.core.settings import ConfigurationError, load_settings
from app.emails.settings import MailSettings

SERVER = {"SMTP_HOST": "mail.example.com", "MAIL_FROM": "service@example.com"}
LOGIN = {"SMTP_USERNAME": "service", "SMTP_PASSWORD": "hunter2-hunter2"}


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> MailSettings:
    """Load the settings from an environment of exactly these variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings(MailSettings)


def test_production_starts_without_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load(monkeypatch).sends_mail


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_from_the_encryption(monkeypatch: pytest.MonkeyPatch, security: str, port: int) -> None:
    assert load(monkeypatch, **SERVER, SMTP_SECURITY=security, ENVIRONMENT="development").port == port


def test_a_given_port_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **SERVER, SMTP_PORT="2525").port == 2525


def test_production_refuses_a_password_over_an_open_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="SMTP_SECURITY") as refusal:
        load(monkeypatch, **SERVER, **LOGIN, SMTP_SECURITY="none")
    assert LOGIN["SMTP_PASSWORD"] not in str(refusal.value)


def test_production_refuses_a_server_without_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_FROM"):
        load(monkeypatch, SMTP_HOST="mail.example.com")


@pytest.mark.parametrize("name", sorted(LOGIN))
def test_refuses_half_a_login(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ConfigurationError, match="SMTP_USERNAME and SMTP_PASSWORD") as refusal:
        load(monkeypatch, **SERVER, **{name: LOGIN[name]})
    assert LOGIN["SMTP_PASSWORD"] not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_SECURITY", "ssl"),
        ("SMTP_PORT", "0"),
        ("SMTP_TIMEOUT_SECONDS", "0"),
        ("SMTP_HOST", "smtp://mail.example.com"),
        ("SMTP_HOST", "user@mail.example.com"),
        ("MAIL_FROM", "My Service <service@example.com>"),
        ("MAIL_FROM", "service"),
        ("MAIL_FROM", "service@example.com\nBcc: all@example.com"),
    ],
)
def test_refuses_a_malformed_value_and_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: "):
        load(monkeypatch, **{**SERVER, name: value})


def test_the_password_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LOGIN["SMTP_PASSWORD"] not in repr(load(monkeypatch, **SERVER, **LOGIN))
