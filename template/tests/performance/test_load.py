"""The service as a process of its own under load: its speed at one connection and at many, and its memory."""

import asyncio
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests.operations.service import Service
from tests.performance.conftest import Bench


async def ask(service: Service, request: bytes, requests: int, connections: int) -> None:
    """Send so many requests over so many connections, each of which waits for its answer."""

    async def ask_again() -> None:
        async with service.connect() as connection:
            for _ in range(requests // connections):
                assert (await connection.ask(request)).status == 200

    await asyncio.gather(*(ask_again() for _ in range(connections)))


def current_user(bench: Bench) -> bytes:
    """Return a request for the current user."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in bench.person.credential.items())
    return f"GET /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def test_many_connections_are_no_slower_together_than_one(bench: Bench, service: Service, benchmark: Any) -> None:
    request, number = current_user(bench), 32 if benchmark.disabled else 320
    times: dict[int, list[float]] = {1: [], 32: []}

    def measure() -> None:
        # In turns: what else the machine does slows down both alike.
        for connections, measured in times.items():
            began = perf_counter()
            bench.runner.run(ask(service, request, number, connections))
            measured.append(perf_counter() - began)

    benchmark.pedantic(measure, rounds=30, warmup_rounds=1)
    if not benchmark.disabled:
        one, many = (median(values[1:]) for values in times.values())
        benchmark.extra_info["requests per second, by those over one connection"] = one / many
        assert many <= 1.5 * one


def resident_bytes(service: Service) -> int:
    """Return the memory of the process; 1 where the system does not tell (it has no /proc)."""
    status = Path(f"/proc/{service.process.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else ["VmRSS: 1 kB"]
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_memory_does_not_grow_with_the_number_of_requests(bench: Bench, service: Service, benchmark: Any) -> None:
    thousand = 32 if benchmark.disabled else 1_000
    request = current_user(bench)
    resident = []

    def load() -> None:
        for times in (1, 9):
            bench.runner.run(ask(service, request, times * thousand, 8))
            resident.append(resident_bytes(service))

    benchmark.pedantic(load)
    if not benchmark.disabled:
        benchmark.extra_info["resident bytes"] = resident
        assert resident[1] <= 1.1 * resident[0]
