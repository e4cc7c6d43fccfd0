"""The database server goes and comes back: nothing acknowledged is lost, and nobody has to restart the service."""

import asyncio
from itertools import count
from time import monotonic

from sqlalchemy import text

from tests.faults.engine import connected
from tests.faults.own_server import OwnServer
from tests.faults.registrations import SETTINGS, Registrations
from tests.operations.conftest import StartService
from tests.operations.service import READY, Service


async def test_a_server_that_is_killed_or_restarted_in_mid_load(
    own_server: OwnServer, start_service: StartService
) -> None:
    service = await start_service(DATABASE_URL=own_server.url, **SETTINGS)
    load = Registrations(service)
    async with load.arriving(clients=8):
        for leave in (own_server.kill, own_server.stop):
            await load.more(201)
            leave()
            await readiness(service, 503)
            await load.more(503)
            await own_server.start()
            back = monotonic()
            await readiness(service, 200)
            await load.more(201)
            assert monotonic() - back < 5
    assert load.statuses.keys() == {201, 503}
    assert load.without_retry_after == 0
    async with connected(own_server.url) as connection:
        stored = set(await connection.scalars(text("SELECT email FROM users")))
    assert load.acknowledged - stored == set()
    service.terminate()
    assert await service.exit_code(within=20) == 0


async def readiness(service: Service, status: int) -> None:
    """Wait until the service is ready, or not."""
    async with asyncio.timeout(30):
        for _ in count():
            if (await service.ask(READY)).status == status:
                return
            await asyncio.sleep(0.02)
