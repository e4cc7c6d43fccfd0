"""Redis goes away under a running service: it goes on, says that it is not ready, and needs no restart."""

import json
import time

import pytest

from tests.operations.conftest import StartService
from tests.operations.service import LIVE, READY, Answer, Service
from tests.wire import Wire


def checks(answer: Answer) -> tuple[int, str]:
    """Return the status of a readiness, and what it says of Redis."""
    return answer.status, json.loads(answer.body)["checks"]["redis"]


async def timed_readiness(service: Service) -> Answer:
    """Ask whether the service is ready; the answer has to leave in time."""
    began = time.monotonic()
    answer = await service.ask(READY)
    assert time.monotonic() - began < 2
    return answer


async def lose(wire: Wire, how: str) -> None:
    """Let Redis go away: its port is closed, or nothing comes back."""
    if how == "refused":
        await wire.cut()
    else:
        wire.silence()


@pytest.mark.parametrize("how", ["refused", "silent"])
async def test_readiness_tells_in_time_and_recovers_by_itself(
    start_service: StartService, wire: Wire, how: str
) -> None:
    service = await start_service(REDIS_URL=wire.url)
    assert checks(await timed_readiness(service)) == (200, "ok")
    for _ in range(2):
        await lose(wire, how)
        for _ in range(3):
            assert checks(await timed_readiness(service)) == (503, "away")
        assert (await service.ask(LIVE)).status == 200
        await wire.mend()
        assert checks(await timed_readiness(service)) == (200, "ok")


async def test_one_line_tells_that_it_is_away_and_one_that_it_is_back(start_service: StartService, wire: Wire) -> None:
    service = await start_service(REDIS_URL=wire.url)
    await wire.cut()
    for _ in range(5):
        await service.ask(READY)
    await wire.mend()
    for _ in range(5):
        await service.ask(READY)
    events = service.events()
    assert (events.count("redis_away"), events.count("redis_back")) == (1, 1)
    assert service.errors.read_text() == ""
