"""A flood of log-ins, for each of which a password is hashed, leaves the health probe quick."""

import asyncio
from collections import Counter
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

import httpx2
import pytest

from tests.credentials import LOGIN, login_with
from tests.operations.service import LIVE, Service
from tests.performance.conftest import Bench

CONNECTIONS = 16
#: With the usual limits nearly all of the flood is refused before anything is hashed.
RATES = dict.fromkeys(("LOGIN_RATE_PER_ADDRESS", "LOGIN_RATE_GLOBAL"), "100000/minute")


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Return settings without limits on log-ins from one address."""
    return environment | RATES


def log_in(number: int) -> bytes:
    """Return a log-in of somebody else each time, as it travels."""
    body = login_with(f"nobody{number}@example.com", "not the right password")
    request = httpx2.Request("POST", f"http://localhost{LOGIN}", **body)
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"POST {LOGIN} HTTP/1.1\r\n{headers}\r\n".encode() + request.read()


async def flood(service: Service, first: int, answers: Counter[int]) -> None:
    """Log in again and again, as somebody else each time; with pauses, for the probe shares the processors."""
    for number in count(first, CONNECTIONS):
        async with service.connect() as connection:
            answers[(await connection.ask(log_in(number))).status] += 1
        await asyncio.sleep(0.01)


async def probe(service: Service, times: int) -> float:
    """Return the median of how long the probe takes, in seconds."""
    seconds = []
    async with service.connect() as connection:
        for _ in range(times):
            began = perf_counter()
            assert (await connection.ask(LIVE)).status == 200
            seconds.append(perf_counter() - began)
            await asyncio.sleep(0.002)
    return median(seconds)


async def compare(service: Service, times: int) -> tuple[float, float]:
    """Return the median of the probe when nothing else happens, and under the flood."""
    idle = await probe(service, times)
    answers: Counter[int] = Counter()
    flooding = [asyncio.create_task(flood(service, number, answers)) for number in range(CONNECTIONS)]
    await asyncio.sleep(0.2)
    busy = await probe(service, times)
    assert not any(task.done() for task in flooding)
    for task in flooding:
        task.cancel()
    await asyncio.gather(*flooding, return_exceptions=True)
    assert answers.keys() <= {401, 503}, answers
    return idle, busy


def test_the_probe_is_no_three_times_slower(bench: Bench, service: Service, benchmark: Any) -> None:
    times = 20 if benchmark.disabled else 500
    measured: list[tuple[float, float]] = []
    benchmark.pedantic(lambda: measured.append(bench.runner.run(compare(service, times))))
    if not benchmark.disabled:
        idle, busy = measured[-1]
        benchmark.extra_info["seconds of the probe, idle and under the flood"] = measured
        assert busy <= 3 * idle
