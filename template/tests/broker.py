"""Fixtures of the broker: every test has names of its own there, and leaves nothing behind."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from app.tasks.broker import connect
from app.tasks.settings import DEVELOPMENT_URL, TaskSettings
from app.tasks.transport import Transport

#: Removes what is stored under a name.
Forget = Callable[[str], Awaitable[None]]
NewTransport = Callable[..., Transport]


@pytest.fixture(scope="session")
def task_settings() -> TaskSettings:
    """Return settings of the queue; TEST_BROKER_URL names another broker."""
    url = os.environ.get("TEST_BROKER_URL") or DEVELOPMENT_URL
    return TaskSettings.model_validate({"environment": "test", "broker_url": url})


@pytest.fixture(scope="session")
def secrets(secrets: dict[str, str], task_settings: TaskSettings) -> dict[str, str]:
    """Return what a process of the service has to be told, the broker included."""
    return {"BROKER_URL": task_settings.url, **secrets}


@pytest.fixture(scope="session")
def deployed(deployed: dict[str, str]) -> dict[str, str]:
    """Return the same as it would be in production."""
    return {**deployed, "BROKER_URL": DEVELOPMENT_URL.replace("guest:guest", "service:a-long-one")}


@pytest.fixture
def broker_name() -> str:
    """Return what all names of this test begin with at the broker."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def environment(environment: dict[str, str], broker_name: str, forget: Forget) -> Iterator[dict[str, str]]:
    """Return the same with a queue of its own, which is forgotten after the test."""

    async def forget_it() -> None:
        await forget(broker_name)

    yield {**environment, "TASK_QUEUE": broker_name}
    asyncio.run(forget_it())


@pytest.fixture
async def new_transport(task_settings: TaskSettings, broker_name: str, forget: Forget) -> AsyncIterator[NewTransport]:
    """Return a function that makes transports, with settings of their own; all have the same queue."""
    transports: list[Transport] = []

    def make(**settings: object) -> Transport:
        given = {"environment": "test", "broker_url": task_settings.url, **settings}
        transports.append(connect(TaskSettings.model_validate(given), name=broker_name))
        return transports[-1]

    yield make
    for transport in transports:
        await transport.aclose()
    await forget(broker_name)


@pytest.fixture
async def transport(task_settings: TaskSettings, broker_name: str, forget: Forget) -> AsyncIterator[Transport]:
    """Return a transport; nothing is connected before it is used."""
    transport = connect(task_settings, name=broker_name)
    yield transport
    await transport.aclose()
    await forget(broker_name)
