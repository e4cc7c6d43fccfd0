"""Accounts: how long an answer takes does not tell whether an address has an account.

Pairs of requests, one for a known and one for an unknown address, in random order, until it is certain: Wald's
sequential probability ratio test of "one of the two is slower in 9 of 10 pairs" against "each of them is in half". It
takes 13 pairs on average where nothing tells, and 17 where one is always slower. In 200,000 simulated runs it raised a
false alarm less than once in 10,000, and found a difference of 9 in 10 pairs with a power of 98 %. A log-in that skips
the hash for unknown addresses is faster in all of them. What the request before has left behind (a mail that was
written makes the next one slower by 0.2 ms) is the same for both: each follows one for an address that nobody has.
"""

import random
from collections.abc import Awaitable, Callable
from math import log
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

#: No run takes more; one that is undecided by then (less than 1 in 10,000) found no such difference.
PAIRS = 80
#: How often a test of one direction may be wrong: alarm, and miss a difference.
ALARM, MISS = 0.00005, 0.03
#: What a pair says for "slower in 9 of 10", or against it, and when it is certain: logarithms of the likelihood ratio.
FOR, AGAINST = log(0.9 / 0.5), log(0.1 / 0.5)
PROVEN, REFUTED = log((1 - MISS) / ALARM), log(MISS / (1 - ALARM))
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


async def tells(client: httpx2.AsyncClient, request: Request, known: list[str], resources: Resources) -> bool:
    """Tell whether the requests for known addresses take longer than the others, or shorter."""
    longer = shorter = 0.0
    for number, address in enumerate(known):
        unknown, seconds = f"other{number}@example.com", dict[str, float]()
        for email in random.sample([address, unknown], 2):
            await ask_for_reset(client, "nobody@example.com")
            await resources.tasks.drain(5)
            began = perf_counter()
            await request(client, email)
            seconds[email] = perf_counter() - began
            await resources.tasks.drain(5)
        took_longer = seconds[address] > seconds[unknown]
        longer += FOR if took_longer else AGAINST
        shorter += AGAINST if took_longer else FOR
        if max(longer, shorter) >= PROVEN:
            return True
        if max(longer, shorter) <= REFUTED:
            break
    return False


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
    assert not await tells(client, request_with, known, resources)
