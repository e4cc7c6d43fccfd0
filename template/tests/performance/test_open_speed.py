"""How fast the service answers; `make bench` prints the number."""

import asyncio
from collections.abc import Callable

import httpx2
import uvloop
from pytest_benchmark.fixture import BenchmarkFixture

from app.main import create_app
from app.resources import Resources


def test_speed_of_liveness(benchmark: BenchmarkFixture, new_resources: Callable[[], Resources]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        resources = new_resources()
        transport = httpx2.ASGITransport(app=create_app(resources))
        client = httpx2.AsyncClient(transport=transport, base_url="http://localhost")

        async def ask() -> httpx2.Response:
            return await client.get("/health/live")

        assert benchmark(lambda: runner.run(ask())).status_code == 200
        runner.run(client.aclose())
        runner.run(resources.aclose())
