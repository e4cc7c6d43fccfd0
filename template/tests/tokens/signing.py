"""Fixtures of a service that signs access tokens."""

from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.resources import Resources
from app.security.keys import KeySet, SigningKey
from app.security.token_settings import TokenSettings


@pytest.fixture(scope="session")
def keys() -> KeySet:
    """Return signing keys made for this run."""
    return KeySet((SigningKey.generate(),))


@pytest.fixture(scope="session")
def tokens(keys: KeySet) -> TokenSettings:
    """Return settings of tokens."""
    return TokenSettings(environment="test", jwt_keys=SecretStr(keys.dump()))


@pytest.fixture(scope="session")
def secrets(keys: KeySet) -> dict[str, str]:
    """Return the secrets that a process of the service needs."""
    return {"JWT_KEYS": keys.dump()}


@pytest.fixture
def unchecked(resources: Resources) -> dict[str, str]:
    """Return a credential that only the database can tell to be none."""
    token = resources.access_tokens.issue(user_id=uuid4(), session_id=uuid4(), scope="")
    return {"Authorization": f"Bearer {token}"}
