"""Fixtures of Redis. Every test has keys of its own, and removes those only: whose Redis it is does not matter."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from redis import Redis

from app.core.redis import RedisClient, redis_pool
from app.core.redis_settings import RedisSettings
from tests.operations.service import Service, start
from tests.wire import Wire
from tools.dev_redis import settings_for_tests

URL = settings_for_tests().url
# Kept for the workers of a test run: they start after the tests have forgotten `.env`.
os.environ["TEST_REDIS_URL"] = URL

NewRedis = Callable[..., RedisClient]


def keys_of_nobody() -> Iterator[str]:
    """Give a prefix that nobody has; what it stands before is removed in the end."""
    prefix = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{uuid4().hex}"
    yield prefix
    with Redis.from_url(URL) as redis:
        for key in redis.scan_iter(match=f"{prefix}:*", count=1000):
            redis.delete(key)


@pytest.fixture
def redis_prefix() -> Iterator[str]:
    """Return what the keys of this test begin with."""
    yield from keys_of_nobody()


@pytest.fixture(scope="session")
def shared_redis_prefix() -> Iterator[str]:
    """Return the same for processes that several tests share."""
    yield from keys_of_nobody()


@pytest.fixture
def redis_settings(redis_prefix: str) -> RedisSettings:
    """Return settings of Redis."""
    return RedisSettings(environment="test", redis_url=SecretStr(URL), redis_prefix=redis_prefix)


@pytest.fixture
async def new_redis(redis_settings: RedisSettings) -> AsyncIterator[NewRedis]:
    """Return a function that connects once more, as another process would: `new_redis(redis_pool_size=1)`."""
    clients: list[RedisClient] = []

    def make(**changes: object) -> RedisClient:
        settings = redis_settings.model_copy(update=changes)
        clients.append(RedisClient(redis_pool(settings), prefix=settings.redis_prefix))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Redis take its time: for what is not about giving up, on machines that are busy."""
    monkeypatch.setattr("app.core.redis.PATIENCE_SECONDS", 20.0)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """Return a wire to Redis that the test can cut."""
    wire = Wire(URL, default_port=6379)
    await wire.mend()
    yield wire
    await wire.cut()


@pytest.fixture
async def replicas(tmp_path: Path, environment: dict[str, str], wire: Wire) -> AsyncIterator[list[Service]]:
    """Return two processes of the service; the wire between the second and Redis can be cut."""
    services: list[Service] = []
    try:
        for name, url in {"first": environment["REDIS_URL"], "second": wire.url}.items():
            folder = tmp_path / name
            folder.mkdir()
            services.append(await start(folder, environment | {"REDIS_URL": url}))
        yield services
    finally:
        for service in services:
            service.kill()
            await service.process.wait()


@pytest.fixture(scope="session")
def secrets(secrets: dict[str, str]) -> dict[str, str]:
    """Return what a process of the service has to be told: where Redis is, too."""
    return {"REDIS_URL": URL, **secrets}


@pytest.fixture(scope="session")
def deployed(deployed: dict[str, str]) -> dict[str, str]:
    """Return the same as it would be in production."""
    return {**deployed, "REDIS_URL": "rediss://:hunter2@localhost:1/0"}


@pytest.fixture
def environment(environment: dict[str, str], redis_prefix: str) -> dict[str, str]:
    """Return what a process of the service needs to be told, with keys of its own."""
    return {**environment, "REDIS_PREFIX": redis_prefix}


@pytest.fixture(scope="session")
def shared_environment(shared_environment: dict[str, str], shared_redis_prefix: str) -> dict[str, str]:
    """Return the same for a process that several tests share."""
    return {**shared_environment, "REDIS_PREFIX": shared_redis_prefix}
