"""A port of its own, on which all worker processes are one."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import httpx2

from tests.metrics.reading import Series, parse, total
from tests.operations.conftest import StartService
from tests.operations.service import LIVE, free_port

COUNT = "http_server_request_duration_seconds_count"


async def scrape(port: int) -> dict[Series, float]:
    async with httpx2.AsyncClient() as client:
        return parse((await client.get(f"http://127.0.0.1:{port}/metrics")).text)


async def count(port: int) -> float:
    return total(await scrape(port), COUNT, http_route="/health/live")


async def test_one_process_answers_on_a_port_of_its_own(start_service: StartService) -> None:
    port = free_port()
    service = await start_service(METRICS_PORT=str(port))
    assert await count(port) == 0
    await service.ask(LIVE)
    found = await scrape(port)
    assert total(found, COUNT, http_route="/health/live") == 1
    assert total(found, "app_info") == 1
    assert service.errors.read_text() == ""


async def test_several_processes_answer_as_one(start_service: StartService) -> None:
    port = free_port()
    service = await start_service(WEB_CONCURRENCY="2", METRICS_PORT=str(port))
    for _ in range(40):
        await service.ask(LIVE)
    assert await count(port) == 40
    assert total(await scrape(port), "app_info") == 1
    for pid in children(service.process.pid):
        os.kill(pid, signal.SIGKILL)
    # What they have counted stays, and others go on with it.
    assert await count(port) == 40
    async with asyncio.timeout(30):
        while await count(port) == 40:
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await asyncio.wait_for(service.ask(LIVE), 1)


def children(pid: int) -> set[int]:
    """Return the worker processes; the one that Python starts beside them is none."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}
