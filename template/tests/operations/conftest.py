"""Real processes on free ports, each with a database of its own."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.operations.service import START, Service, start

StartService = Callable[..., Awaitable[Service]]


@pytest.fixture
async def start_service(tmp_path: Path, environment: dict[str, str]) -> AsyncIterator[StartService]:
    """Return a function that starts the service; what still runs after the test is killed."""
    services: list[Service] = []

    async def begin(*, code: str = START, **settings: str) -> Service:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        services.append(await start(folder, environment | settings, code=code))
        return services[-1]

    yield begin
    for service in services:
        if service.process.returncode is None:
            service.kill()
            await service.process.wait()
