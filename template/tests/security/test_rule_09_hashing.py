"""Rule 9: passwords are hashed off the event loop, in a bounded pool."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from threading import Event

import httpx2
import pytest

from app.core.dialect import DatabaseSettings
from app.resources import Resources
from app.security.passwords import PasswordHasher
from tests.answers import problem
from tests.auth.records import audited
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD, People

QUEUE = 3


class BlockableHasher(PasswordHasher):
    """Hashes only while nobody holds it up."""

    def __init__(self) -> None:
        super().__init__(concurrency=1, queue=QUEUE, memory_kib=8, passes=1)
        self.free = Event()
        self.free.set()

    def block(self) -> None:
        """Keep the one thread busy."""
        self.free.clear()
        self._pool.submit(self.free.wait)


@pytest.fixture
def database_settings(database_settings: DatabaseSettings) -> DatabaseSettings:
    """Return settings with one connection: whoever holds it while hashing holds up everybody."""
    return database_settings.model_copy(update={"database_pool_size": 1, "database_acquire_timeout_seconds": 5})


@pytest.fixture
def hasher() -> Iterator[BlockableHasher]:
    """Return a hasher that takes four passwords at once."""
    hasher = BlockableHasher()
    yield hasher
    hasher.free.set()


async def flood(client: httpx2.AsyncClient, count: int) -> list[asyncio.Task[httpx2.Response]]:
    """Start log-ins and wait until those that are refused at once are."""
    attempts = [login_with(f"nobody{number}@example.com", PASSWORD) for number in range(count)]
    running = [asyncio.create_task(client.post(LOGIN, **attempt)) for attempt in attempts]
    async with asyncio.timeout(10):
        while sum(task.done() for task in running) < count - QUEUE - 1:
            await asyncio.wait(running, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)
    return running


async def test_past_the_bound_a_log_in_is_told_to_come_back(
    client: httpx2.AsyncClient, hasher: BlockableHasher
) -> None:
    hasher.block()
    running = await flood(client, 12)
    refused = [task.result() for task in running if task.done()]
    assert {problem(answer) for answer in refused} == {(503, "busy")}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    hasher.free.set()
    answers = await asyncio.gather(*running)
    assert Counter(answer.status_code for answer in answers) == {503: 12 - QUEUE - 1, 401: QUEUE + 1}


async def test_everything_else_is_answered_meanwhile(
    client: httpx2.AsyncClient, hasher: BlockableHasher, people: People
) -> None:
    person = await people.logged_in()
    hasher.block()
    running = await flood(client, 5)
    for path in ("/health/live", "/health/ready", "/api/v1/users/me"):
        assert (await person.client.get(path)).status_code == 200
    # Writing too: a log-in that waits for its hash holds neither a connection nor the write lock.
    assert (await person.client.patch("/api/v1/users/me", json={"full_name": "Ada"})).status_code == 200
    assert sum(not task.done() for task in running) == QUEUE + 1
    hasher.free.set()
    await asyncio.gather(*running)


@pytest.mark.parametrize("who", ["administrator", "stranger"])
async def test_a_registration_that_waits_holds_up_nobody(
    client: httpx2.AsyncClient, hasher: BlockableHasher, people: People, who: str
) -> None:
    admin = await people.administrator()
    hasher.block()
    body = {"email": "ada@example.com", "password": PASSWORD}
    caller = admin.client if who == "administrator" else client
    registration = asyncio.create_task(caller.post("/api/v1/users", json=body))
    async with asyncio.timeout(10):
        while not hasher.active:
            await asyncio.wait([registration], timeout=0.01)
    assert (await admin.client.patch("/api/v1/users/me", json={"full_name": "Ada"})).status_code == 200
    assert not registration.done()
    hasher.free.set()
    assert (await registration).status_code == 201


async def test_room_is_made_again_when_a_client_gives_up(
    client: httpx2.AsyncClient, hasher: BlockableHasher, resources: Resources
) -> None:
    hasher.block()
    running = await flood(client, 6)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    hasher.free.set()
    refused = await client.post(LOGIN, **login_with("somebody@example.com", PASSWORD))
    assert problem(refused) == (401, "invalid-credentials")
    assert await audited(resources) == ["login-failed"]
