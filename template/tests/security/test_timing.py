"""Accounts: how long an answer takes does not tell whether an address has an account.

A sign test over pairs of requests, one for a known and one for an unknown address, in random order. With 40 pairs and
32 as the bound it raises a false alarm less than once in 10,000 runs, and it finds a difference that makes one of the
two slower in 9 of 10 pairs with a power of 95 % (binomial distribution). A log-in that skips the hash for unknown
addresses is faster in all of them.
"""

import random
from collections.abc import Awaitable, Callable
from time import perf_counter

import httpx2
import pytest

from app.resources import Resources
from app.security.passwords import PasswordHasher
from app.security.settings import SecuritySettings
from app.users.models import Role
from app.users.repository import UserRepository
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD
from tests.security.limits import generous

PAIRS, BOUND = 40, 32
Request = Callable[[str], Awaitable[httpx2.Response]]


@pytest.fixture
def hasher() -> PasswordHasher:
    """Return the hasher of production: what it costs is part of the promise."""
    return PasswordHasher()


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits, in which nobody learns by registering who has an account."""
    return generous(security).model_copy(update={"registration_mode": "verified"})


@pytest.fixture
async def known(resources: Resources) -> list[str]:
    """Return the addresses of accounts, one for each pair: attempts are counted per account."""
    addresses = [f"known{number}@example.com" for number in range(PAIRS)]
    hashed = await resources.passwords.hash(PASSWORD)
    async with resources.database.transaction() as session:
        for email in addresses:
            await UserRepository(session).create(email=email, hashed_password=hashed, full_name=None, role=Role.USER)
    return addresses


async def slower_when_known(request: Request, known: list[str], resources: Resources) -> int:
    """Return in how many pairs the request for the known address took longer."""
    count = 0
    for number, address in enumerate(known):
        unknown, seconds = f"other{number}@example.com", dict[str, float]()
        for email in random.sample([address, unknown], 2):
            began = perf_counter()
            await request(email)
            seconds[email] = perf_counter() - began
            await resources.tasks.drain(5)
        count += seconds[address] > seconds[unknown]
    return count


def assert_indistinguishable(slower: int) -> None:
    """Check that neither is slower too often."""
    assert PAIRS - BOUND <= slower <= BOUND


async def test_a_log_in_does_not_tell(client: httpx2.AsyncClient, known: list[str], resources: Resources) -> None:
    async def log_in(email: str) -> httpx2.Response:
        response = await client.post(LOGIN, **login_with(email, "not the right password"))
        assert response.status_code == 401
        return response

    assert_indistinguishable(await slower_when_known(log_in, known, resources))


async def test_a_password_reset_does_not_tell(
    client: httpx2.AsyncClient, known: list[str], resources: Resources
) -> None:
    async def ask(email: str) -> httpx2.Response:
        response = await client.post("/api/v1/auth/password-reset", json={"email": email})
        assert response.status_code == 202
        return response

    assert_indistinguishable(await slower_when_known(ask, known, resources))


async def test_a_verified_registration_does_not_tell(
    client: httpx2.AsyncClient, known: list[str], resources: Resources
) -> None:
    async def register(email: str) -> httpx2.Response:
        response = await client.post("/api/v1/users", json={"email": email, "password": PASSWORD})
        assert response.status_code == 202
        return response

    assert_indistinguishable(await slower_when_known(register, known, resources))
