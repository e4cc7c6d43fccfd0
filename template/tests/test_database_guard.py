"""Tests run only on databases that nobody can miss."""

import pytest

from tests.database import NotATestDatabase, require_test_database

GOOD = [
    "sqlite+aiosqlite:////var/lib/service_test.db",
    "sqlite:///service_test.db",
    "sqlite:///service_test",
    "postgresql+asyncpg://u:p@h/service_test",
    "mysql+asyncmy://u:p@h/service_test?charset=utf8mb4",
]
BAD = [
    "sqlite+aiosqlite:///app.db",
    "sqlite:////srv/me/_test/app.db",
    "sqlite://",
    "sqlite:///:memory:",
    "sqlite:///service_test.db.backup",
    "postgresql+asyncpg://u:p@h/service",
    "postgresql+asyncpg://u_test:p_test@h_test/service",
    "postgresql+asyncpg://u:p@h/service?x=_test",
    "postgresql+asyncpg://u:p@h/test_service",
    "postgresql+asyncpg://u:p@h",
]


@pytest.mark.parametrize("url", GOOD)
def test_takes_a_database_whose_name_ends_in_test(url: str) -> None:
    assert require_test_database(url) == url


@pytest.mark.parametrize("url", BAD)
def test_refuses_every_other_database(url: str) -> None:
    with pytest.raises(NotATestDatabase, match='ends in "_test"'):
        require_test_database(url)


async def test_these_tests_use_such_a_database(database_url: str) -> None:
    assert require_test_database(database_url)
