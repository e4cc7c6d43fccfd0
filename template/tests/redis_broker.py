"""What tests know of Redis that the service does not."""

import pytest
from redis.asyncio import Redis

from app.tasks.settings import TaskSettings
from tests.broker import Forget


@pytest.fixture
def default_port() -> int:
    """Return the port of a broker whose address names none."""
    return 6379


@pytest.fixture
def forget(task_settings: TaskSettings) -> Forget:
    """Return a function that removes all keys of a name."""

    async def remove(name: str) -> None:
        async with Redis.from_url(task_settings.url) as client:
            await client.unlink(f"{name}:jobs", f"{name}:later", f"{name}:dead")

    return remove
