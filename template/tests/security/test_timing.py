"""Accounts: how long an answer takes does not tell whether an address has an account.

A sign test over pairs of requests, one for a known and one for an unknown address, in random order. With 40 pairs and
32 as the bound it raises a false alarm less than once in 10,000 runs, and it finds a difference that makes one of the
two slower in 9 of 10 pairs with a power of 95 % (binomial distribution). A log-in that skips the hash for unknown
addresses is faster in all of them. What the request before has left behind (a mail that was written makes the next one
slower by 0.2 ms) is the same for both: each of them follows one for an address that nobody has.
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
Request = Callable[[httpx2.AsyncClient, str], Awaitable[None]]


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


async def slower_when_known(
    client: httpx2.AsyncClient, request: Request, known: list[str], resources: Resources
) -> int:
    """Return in how many pairs the request for the known address took longer."""
    count = 0
    for number, address in enumerate(known):
        unknown, seconds = f"other{number}@example.com", dict[str, float]()
        for email in random.sample([address, unknown], 2):
            await ask_for_reset(client, "nobody@example.com")
            await resources.tasks.drain(5)
            began = perf_counter()
            await request(client, email)
            seconds[email] = perf_counter() - began
            await resources.tasks.drain(5)
        count += seconds[address] > seconds[unknown]
    return count


async def log_in(client: httpx2.AsyncClient, email: str) -> None:
    assert (await client.post(LOGIN, **login_with(email, "not the right password"))).status_code == 401


async def ask_for_reset(client: httpx2.AsyncClient, email: str) -> None:
    assert (await client.post("/api/v1/auth/password-reset", json={"email": email})).status_code == 202


async def register(client: httpx2.AsyncClient, email: str) -> None:
    assert (await client.post("/api/v1/users", json={"email": email, "password": PASSWORD})).status_code == 202


@pytest.mark.parametrize("request_with", [log_in, ask_for_reset, register])
async def test_an_answer_does_not_tell(
    request_with: Request, client: httpx2.AsyncClient, known: list[str], resources: Resources
) -> None:
    slower = await slower_when_known(client, request_with, known, resources)

    assert PAIRS - BOUND <= slower <= BOUND
