"""How fast the service answers that stores nothing."""

import asyncio

import httpx2
import uvloop
from pytest_benchmark.fixture import BenchmarkFixture

from app.core.settings import Settings
from app.emails.mailer import MemoryMailer
from app.main import create_app
from app.resources import build_resources


def test_speed_of_liveness(benchmark: BenchmarkFixture, settings: Settings, mailer: MemoryMailer) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        resources = build_resources(settings, mailer=mailer)
        transport = httpx2.ASGITransport(app=create_app(resources))
        client = httpx2.AsyncClient(transport=transport, base_url="http://localhost")

        async def ask() -> httpx2.Response:
            return await client.get("/health/live")

        assert benchmark(lambda: runner.run(ask())).status_code == 200
        runner.run(client.aclose())
        runner.run(resources.aclose())
