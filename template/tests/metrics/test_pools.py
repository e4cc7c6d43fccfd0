"""How full the database is."""

import asyncio
from contextlib import AsyncExitStack

from sqlalchemy import text

from app.resources import Resources
from app.sampling import sample
from tests.metrics.reading import read, total

POOL = "db_client_connection"


async def test_connections_in_use_and_who_waits_for_one_are_seen(resources: Resources) -> None:
    size = resources.database.pools()["writer"].size()

    async def use(stack: AsyncExitStack) -> None:
        session = await stack.enter_async_context(resources.database.transaction())
        await session.execute(text("SELECT 1"))

    async with AsyncExitStack() as stack:
        for _ in range(size):
            await use(stack)
        waiting = asyncio.create_task(use(stack))
        await asyncio.sleep(0.05)
        sample(resources)
        found = read(resources.metrics.registry)
        writer = {"db_client_connection_pool_name": "writer"}
        assert total(found, f"{POOL}_count", **writer, db_client_connection_state="used") == size
        assert total(found, f"{POOL}_max", **writer) == size
        assert total(found, f"{POOL}_pending_requests", **writer) == 1
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    sample(resources)
    found = read(resources.metrics.registry)
    assert total(found, f"{POOL}_pending_requests") == 0
    assert total(found, f"{POOL}_count", **writer, db_client_connection_state="idle") == size


async def test_every_pool_has_one_name(resources: Resources) -> None:
    pools = resources.database.pools()
    assert "writer" in pools
    assert len({id(pool) for pool in pools.values()}) == len(pools)
