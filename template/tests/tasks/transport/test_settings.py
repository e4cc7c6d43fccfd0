"""Where the broker is: complete, of the right kind, and not as published."""

import pytest

from app.core.settings import ConfigurationError, load_settings
from app.tasks.settings import DEVELOPMENT_URL, IMPLIED, SCHEMES, TaskSettings

SCHEME = SCHEMES[0]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_takes_an_address_with_a_password(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    url = f"{scheme}://service:hunter2%40@broker.example.com:1234/0"
    monkeypatch.setenv("BROKER_URL", url)
    settings = load_settings(TaskSettings)
    assert settings.url == url
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("environment", ["development", "test"])
def test_development_needs_no_setting(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    assert load_settings(TaskSettings).url == DEVELOPMENT_URL


@pytest.mark.parametrize(
    "url",
    [
        "",
        "broker.example.com",
        f"{SCHEME}://",
        f"{SCHEME}://:hunter2@",
        f"{SCHEME}://service:hunter2@broker:nonsense",
        "https://service:hunter2@broker.example.com",
        f"{SCHEME}://service:guest@broker.example.com",
        f"{SCHEME}://service:gues%74@broker.example.com",
    ],
)
def test_production_refuses(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BROKER_URL", url)
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(TaskSettings)
    (line,) = str(refusal.value).splitlines()
    assert line.startswith("BROKER_URL must")
    assert "hunter2" not in line


@pytest.mark.parametrize("account", ["", "service@", "service:@", ":@"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_production_wants_a_password_from_whoever_comes_over_the_network(
    monkeypatch: pytest.MonkeyPatch, scheme: str, account: str
) -> None:
    url = f"{scheme}://{account}broker.example.com"
    monkeypatch.setenv("BROKER_URL", url)
    with pytest.raises(ConfigurationError, match=f"^BROKER_URL must .*{'published' if IMPLIED else 'password'}"):
        load_settings(TaskSettings)
    monkeypatch.setenv("ENVIRONMENT", "development")
    assert load_settings(TaskSettings).url == url


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1234", "[::1]:1234"])
def test_on_this_machine_an_address_without_a_password_is_refused_only_where_that_means_the_published_one(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    url = f"{SCHEME}://{host}"
    monkeypatch.setenv("BROKER_URL", url)
    if IMPLIED:
        with pytest.raises(ConfigurationError, match="published"):
            load_settings(TaskSettings)
    else:
        assert load_settings(TaskSettings).url == url


@pytest.mark.parametrize(
    ("variable", "value"),
    [("TASK_CONCURRENCY", "0"), ("TASK_PREFETCH", "-1"), ("TASK_MAX_REDELIVERIES", "-1"), ("TASK_CONCURRENCY", "many")],
)
def test_numbers_have_limits(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=variable):
        load_settings(TaskSettings)
