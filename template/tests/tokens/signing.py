"""Fixtures of a service that signs access tokens."""

from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.resources import Resources
from app.security.keys import KeySet, SigningKey
from app.security.token_settings import TokenSettings
from app.tokens.dependencies import TokenServiceDep
from app.tokens.schemas import TokenPair
from app.users.models import UserModel


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


class LogIn:
    """How a team's own endpoint ends a log-in: with tokens in the answer."""

    def __init__(self, service: TokenServiceDep) -> None:
        self._service = service

    async def open(self, user: UserModel) -> TokenPair:
        """Open it."""
        return await self._service.open_log_in(user)


@pytest.fixture
def log_in_of_a_team() -> type[LogIn]:
    """Return what such an endpoint depends on."""
    return LogIn
