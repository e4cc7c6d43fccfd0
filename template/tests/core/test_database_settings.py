"""`app.core.database_settings`, `app.core.urls`: the address of the database."""

import pytest

from app.core.dialect import DatabaseSettings
from app.core.settings import ConfigurationError, load_settings
from app.core.urls import Parameter, address, driver_url
from tests.database import PRODUCTION

SQLITE = (("sqlite",), "sqlite+aiosqlite")
POSTGRESQL = (("postgresql", "postgres"), "postgresql+asyncpg")
MYSQL = (("mysql", "mariadb"), "mysql+asyncmy")


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> DatabaseSettings:
    """Load the settings of a production environment with these changes."""
    for name, value in {**PRODUCTION, **variables}.items():
        monkeypatch.setenv(name, value)
    return load_settings(DatabaseSettings)


@pytest.mark.parametrize(
    ("engine", "written", "read"),
    [
        (SQLITE, "sqlite:///app.db", "sqlite+aiosqlite:///app.db"),
        (SQLITE, "sqlite:////var/lib/app.db", "sqlite+aiosqlite:////var/lib/app.db"),
        (SQLITE, "sqlite+pysqlite:///app.db", "sqlite+aiosqlite:///app.db"),
        (POSTGRESQL, "postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        (POSTGRESQL, "postgresql://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        (POSTGRESQL, "postgresql+psycopg2://u@h/d?ssl=require", "postgresql+asyncpg://u@h/d?ssl=require"),
        (POSTGRESQL, "postgres://u:p%40ss%2Fword@h/d", "postgresql+asyncpg://u:p%40ss%2Fword@h/d"),
        (MYSQL, "mysql://u:p@h/d", "mysql+asyncmy://u:p@h/d"),
        (MYSQL, "mariadb+pymysql://u:p@h/d", "mysql+asyncmy://u:p@h/d"),
    ],
)
def test_addresses_are_understood_as_people_write_them(
    engine: tuple[tuple[str, ...], str], written: str, read: str
) -> None:
    assert driver_url(written, *engine) == read


PARAMETERS = {"sslmode": Parameter("ssl", "prefer|require"), "host": Parameter("host")}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgres://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
        (
            "postgres://u@/d?host=h:1&host=i:2&sslmode=prefer",
            "postgresql+asyncpg://u@/d?host=h%3A1&host=i%3A2&ssl=prefer",
        ),
    ],
)
def test_parameters_get_the_name_that_the_driver_has_for_them(written: str, read: str) -> None:
    assert driver_url(written, *POSTGRESQL, PARAMETERS) == read


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ("channel_binding=require", r"^has the parameter 'channel_binding', which the driver does not know$"),
        ("sslmode=yes", r"^has a wrong sslmode; it is one of prefer, require$"),
        ("sslmode=prefer&sslmode=require", r"^has a wrong sslmode; "),
    ],
)
def test_a_parameter_that_the_driver_does_not_take_is_refused(parameters: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        driver_url(f"postgres://u@h/d?{parameters}", *POSTGRESQL, PARAMETERS)


@pytest.mark.parametrize(
    "written",
    ["app.db", "hunter2 nonsense", "://", "oracle://hunter2@h/d", "http://hunter2.example", "sqlserver://hunter2/d"],
)
def test_an_address_of_another_engine_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: (is not a|names another)") as refusal:
        load(monkeypatch, DATABASE_URL=written)
    (line,) = str(refusal.value).splitlines()
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+asyncpg://me:hunter2@db.example.com:5432/app", "db.example.com:5432"),
        ("mysql+asyncmy://me:hunter2@db.example.com/app?charset=utf8mb4", "db.example.com"),
        ("postgresql+asyncpg://me:hunter2@[::1]:5432/app", "[::1]:5432"),
        ("postgresql+asyncpg://me:hunter2@/app?host=/run/postgresql", "/run/postgresql"),
        ("postgresql+asyncpg:///app", "app"),
        ("sqlite+aiosqlite:////var/lib/app.db", "/var/lib/app.db"),
    ],
)
def test_what_people_see_of_an_address_has_no_account(url: str, shown: str) -> None:
    assert address(url) == shown


@pytest.mark.parametrize("database", ["", "/", "/:memory:"])
def test_an_address_without_a_database_is_refused(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: must name a database that lasts$"):
        load(monkeypatch, DATABASE_URL=f"{DatabaseSettings.schemes[0]}://{database}")


def test_the_address_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)
    assert "hunter2" in settings.url
    assert "hunter2" not in repr(settings)


def test_every_setting_has_a_meaning() -> None:
    assert all(field.description for field in DatabaseSettings.model_fields.values())
