"""`app.core.settings`; what production refuses is in tests/security."""

import errno
from pathlib import Path

import pytest
from pydantic_settings import DotEnvSettingsSource

from app.core.settings import ConfigurationError, Settings, load_settings
from app.resources import GROUPS, check_settings


@pytest.fixture(autouse=True)
def _development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a.example", ("a.example",)),
        ("a.example,b.example", ("a.example", "b.example")),
        (" a.example , ,b.example, ", ("a.example", "b.example")),
        ("", ("localhost", "127.0.0.1", "[::1]")),
    ],
)
def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch, written: str, read: tuple[str, ...]) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", written)
    assert load_settings(Settings).allowed_hosts == read


def test_an_empty_variable_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "DOCS_ENABLED", "LOG_FORMAT"):
        monkeypatch.setenv(name, "")
    settings = load_settings(Settings)
    assert (settings.port, settings.docs_enabled, settings.log_format) == (8000, None, None)


def test_reads_a_file_and_prefers_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=9001\nHOST=0.0.0.0\nUNKNOWN=1\n")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    monkeypatch.setenv("PORT", "9002")
    settings = load_settings(Settings)
    assert (settings.port, settings.host) == (9002, "0.0.0.0")  # noqa: S104 - only read


def test_a_file_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", ".env")

    monkeypatch.setattr(DotEnvSettingsSource, "__call__", refuse)
    with pytest.raises(ConfigurationError, match=r"^\.env cannot be read: Permission denied$"):
        load_settings(Settings)


def test_unknown_variables_are_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_ELSE", "1")
    assert not hasattr(load_settings(Settings), "something_else")


@pytest.mark.parametrize(
    ("environment", "variable", "docs", "json"),
    [
        ("development", "", True, False),
        ("test", "", True, True),
        ("development", "false", False, False),
        ("test", "true", True, True),
    ],
)
def test_defaults_follow_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: str, variable: str, docs: object, json: object
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.setenv("DOCS_ENABLED", variable)
    settings = load_settings(Settings)
    assert (settings.serves_docs, settings.logs_as_json) == (docs, json)


@pytest.mark.parametrize(("variable", "docs"), [("", False), ("true", True)])
def test_production_serves_docs_only_when_told_to(monkeypatch: pytest.MonkeyPatch, variable: str, docs: object) -> None:
    good = {
        "ENVIRONMENT": "production",
        "ALLOWED_HOSTS": "a.example",
        "PUBLIC_URL": "https://a.example",
        "DOCS_ENABLED": variable,
    }
    for name, value in good.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(Settings)
    assert (settings.serves_docs, settings.logs_as_json) == (docs, True)


def test_the_format_of_logs_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "json")
    assert load_settings(Settings).logs_as_json


def test_every_setting_has_a_meaning() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_a_form_is_told_in_words_with_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://a.example/path")
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(Settings)
    assert str(refusal.value) == ("PUBLIC_URL: must be scheme and host without a path, such as https://api.example.com")


def test_no_setting_answers_with_a_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {name for group in GROUPS for name in group.model_fields} - {"environment"}:
        monkeypatch.setenv(name.upper(), "two words/ @")
    with pytest.raises(ConfigurationError, match=r"\nSMTP_HOST: must be the name of a server alone") as refusal:
        check_settings()
    assert "pattern" not in str(refusal.value)


def test_a_problem_of_two_variables_together_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(ConfigurationError, match=r"^ALLOWED_HOSTS must name"):
        load_settings(Settings)
