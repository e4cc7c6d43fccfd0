"""`app.core.settings`, `app.core.urls`; what production refuses is in tests/security."""

from pathlib import Path

import pytest

from app.core.settings import ConfigurationError, Settings, load_settings
from app.core.urls import async_database_url


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
    for name in ("PORT", "DOCS_ENABLED", "LOG_FORMAT", "DATABASE_URL"):
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


def test_unknown_variables_are_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_ELSE", "1")
    assert not hasattr(load_settings(Settings), "something_else")


def test_the_address_of_the_database_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///hunter2.db")
    assert "hunter2" not in repr(load_settings(Settings))


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
        "ALLOW_SQLITE_IN_PRODUCTION": "true",
        "DOCS_ENABLED": variable,
    }
    for name, value in good.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(Settings)
    assert (settings.serves_docs, settings.logs_as_json) == (docs, True)


def test_the_format_of_logs_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "json")
    assert load_settings(Settings).logs_as_json


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///app.db", "sqlite+aiosqlite:///app.db"),
        ("sqlite:////var/lib/app.db", "sqlite+aiosqlite:////var/lib/app.db"),
        ("sqlite+pysqlite:///app.db", "sqlite+aiosqlite:///app.db"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("postgresql+psycopg2://u@h/d?ssl=require", "postgresql+asyncpg://u@h/d?ssl=require"),
        ("mysql://u:p@h/d", "mysql+asyncmy://u:p@h/d"),
        ("mariadb+pymysql://u:p@h/d", "mysql+asyncmy://u:p@h/d"),
        ("postgres://u:p%40ss%2Fword@h/d", "postgresql+asyncpg://u:p%40ss%2Fword@h/d"),
    ],
)
def test_addresses_are_understood_as_people_write_them(written: str, read: str) -> None:
    assert async_database_url(written) == read


@pytest.mark.parametrize("written", ["", "app.db", "oracle://hunter2@h/d", "http://hunter2.example", "://"])
def test_an_address_of_no_known_engine_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(ValueError, match=r"database address|unknown engine") as refusal:
        async_database_url(written)
    assert "hunter2" not in str(refusal.value)


def test_every_setting_has_a_meaning() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_a_problem_of_two_variables_together_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(ConfigurationError, match=r"^ALLOWED_HOSTS must name"):
        load_settings(Settings)
