"""Without its broker a service is not ready; it is alive all the same."""

import asyncio
import time
from dataclasses import replace

import httpx2
import pytest

from app.main import create_app
from app.resources import Resources
from app.tasks.settings import SCHEMES
from tests.broker import NewTransport
from tests.operations.service import free_port


@pytest.mark.parametrize("is_silent", [False, True])
async def test_is_not_ready_while_the_broker_is_away(
    resources: Resources,
    new_transport: NewTransport,
    *,
    is_silent: bool,
) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    port = free_port()
    transport = new_transport(broker_url=f"{SCHEMES[0]}://127.0.0.1:{port}")
    app = create_app(replace(resources, transport=transport))
    server = await asyncio.start_server(swallow, "127.0.0.1", port) if is_silent else None
    try:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://localhost:8000"
        ) as client:
            began = time.monotonic()
            response = await client.get("/health/ready")
            assert time.monotonic() - began < 2
            assert response.status_code == 503
            assert response.json()["checks"]["broker"] == "away"
            assert (await client.get("/health/live")).status_code == 200
    finally:
        if server:
            server.close()
