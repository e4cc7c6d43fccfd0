"""Fixtures of a service with accounts."""

import pytest

from app.security.passwords import PasswordHasher
from app.security.settings import SecuritySettings


@pytest.fixture(scope="session")
def security() -> SecuritySettings:
    """Return settings of accounts."""
    return SecuritySettings(environment="test")


@pytest.fixture
def hasher() -> PasswordHasher:
    """Return a hasher that is as cheap as argon2 allows."""
    return PasswordHasher(memory_kib=8, passes=1)
