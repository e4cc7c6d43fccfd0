"""Rule 11 and "Accounts": log-ins are throttled by what an attacker cannot mint, and nobody is locked out."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import pytest
import time_machine
from fastapi import FastAPI

from app.core.clock import utc_now
from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD, People, Person

ClientFrom = Callable[[str], httpx2.AsyncClient]


@pytest.fixture
def client_from(app: FastAPI) -> ClientFrom:
    """Return a function that makes clients with an address."""

    def make(address: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=app, client=(address, 50_000))
        return httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000")

    return make


async def attempt(client: httpx2.AsyncClient, email: str, password: str = "") -> httpx2.Response:
    """Try to log in, by default with a wrong password."""
    return await client.post(LOGIN, **login_with(email, password or "not the right password"))


@asynccontextmanager
async def later(seconds: float) -> AsyncIterator[None]:
    """Do something after a while."""
    with time_machine.travel(utc_now() + timedelta(seconds=seconds)):
        yield


@pytest.fixture
async def besieged(people: People) -> Person:
    """Return somebody whose password was just guessed at five times."""
    person = await people.create()
    answers = [await attempt(person.client, person.email) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    return person


async def test_the_sixth_attempt_has_to_wait_even_with_the_right_password(besieged: Person) -> None:
    response = await besieged.log_in()
    assert problem(response) == (429, "too-many-requests")
    assert 50 <= int(response.headers["retry-after"]) <= 60


async def test_retry_after_tells_the_truth(besieged: Person) -> None:
    wait = int((await besieged.log_in()).headers["retry-after"])
    async with later(wait + 1):
        assert (await besieged.log_in()).is_success


async def test_the_delay_grows(besieged: Person) -> None:
    waits, now = [], utc_now()
    for _ in range(4):
        with time_machine.travel(now):
            refused = await attempt(besieged.client, besieged.email)
            waits.append(int(refused.headers["retry-after"]))
        now += timedelta(seconds=waits[-1] + 1)
        with time_machine.travel(now):
            assert (await attempt(besieged.client, besieged.email)).status_code == 401
    assert [round(wait / 60) for wait in waits] == [1, 2, 4, 8]


async def test_nobody_is_locked_out_for_ever(besieged: Person) -> None:
    for _ in range(20):
        assert (await attempt(besieged.client, besieged.email)).status_code == 429
    async with later(16 * 60):
        assert (await besieged.log_in()).is_success


async def test_a_log_in_forgets_the_attempts_before_it(people: People) -> None:
    person = await people.create()
    for _ in range(3):
        answers = [await attempt(person.client, person.email) for _ in range(4)]
        assert {answer.status_code for answer in answers} == {401}
        assert (await person.log_in()).is_success


async def test_an_unknown_account_is_throttled_like_a_known_one(client: httpx2.AsyncClient) -> None:
    answers = [await attempt(client, "unknown@example.com") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


@pytest.mark.parametrize("typed", ["PERSON0@example.com", " person0@example.com"])
async def test_another_way_to_write_the_address_is_the_same_account(besieged: Person, typed: str) -> None:
    assert problem(await attempt(besieged.client, typed)) == (429, "too-many-requests")


async def test_another_address_of_the_client_does_not_help(besieged: Person, client_from: ClientFrom) -> None:
    async with client_from("192.0.2.9") as elsewhere:
        assert problem(await attempt(elsewhere, besieged.email, PASSWORD)) == (429, "too-many-requests")


async def test_an_attack_on_one_account_does_not_touch_another(besieged: Person, people: People) -> None:
    assert (await (await people.create()).log_in()).is_success


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP"])
async def test_a_client_cannot_choose_its_address(client: httpx2.AsyncClient, header: str) -> None:
    statuses = []
    for number in range(31):
        client.headers[header] = f"192.0.2.{number}"
        statuses.append((await attempt(client, f"person{number}@example.com")).status_code)
    assert statuses == [401] * 30 + [429]


async def test_an_ipv6_client_is_its_network(client_from: ClientFrom) -> None:
    statuses = []
    for number in range(31):
        async with client_from(f"2001:db8:1:1::{number:x}") as client:
            statuses.append((await attempt(client, f"person{number}@example.com")).status_code)
    assert statuses == [401] * 30 + [429]
    async with client_from("2001:db8:1:2::1") as neighbour:
        assert (await attempt(neighbour, "neighbour@example.com")).status_code == 401


class TestGlobal:
    """There is a ceiling over all addresses and accounts."""

    @pytest.fixture
    def security(self, security: SecuritySettings) -> SecuritySettings:
        """Return settings with a low ceiling."""
        return security.model_copy(update={"login_rate_global": "3/minute"})

    async def test_many_clients_together_are_throttled(self, client_from: ClientFrom) -> None:
        statuses = []
        for number in range(4):
            async with client_from(f"192.0.2.{number}") as client:
                statuses.append((await attempt(client, f"person{number}@example.com")).status_code)
        assert statuses == [401, 401, 401, 429]
