"""SIGTERM loses no request, and nothing holds the process."""

import asyncio
import json
import signal
import time
from contextlib import AsyncExitStack

from tests.operations.conftest import StartService
from tests.operations.load import Load
from tests.operations.proxy import Proxy
from tests.operations.service import LIVE, READY, SLOW

#: Half of a body: the endpoint waits for the rest.
HALF = b"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n" + b"x" * 24
REST = b"x" * 16


async def test_loses_no_request_under_load(start_service: StartService) -> None:
    service = await start_service(code=SLOW, SHUTDOWN_DELAY_SECONDS="1", SHUTDOWN_TIMEOUT_SECONDS="5")
    load = Load()
    async with service.connect() as idle, service.connect() as uploading:
        assert not (await idle.ask(LIVE)).closes
        uploading.send(HALF)
        clients = [asyncio.create_task(load.run(service.port, keep_alive=number % 2 == 0)) for number in range(8)]
        await asyncio.sleep(0.3)
        service.terminate()
        await asyncio.sleep(0.3)

        # The balancer is told not to send requests here, while everything is still served.
        not_ready = await service.ask(READY)
        assert not_ready.status == 503
        assert json.loads(not_ready.body)["checks"] == {"process": "draining"}
        assert (await service.ask(LIVE)).status == 200
        load.moved_away = True
        await asyncio.gather(*clients)

        # Connections that are kept open are sent elsewhere, with their answer.
        last = await idle.ask(LIVE)
        assert (last.status, last.closes) == (200, True)
        # A request that takes longer is finished.
        await asyncio.sleep(1)
        uploading.send(REST)
        assert (await uploading.answer()).body == b"40"
    assert load.lost == []
    assert set(load.statuses) == {200}
    assert load.statuses[200] > 50
    assert await service.exit_code(within=20) == 0
    assert service.errors.read_text() == ""


async def test_serves_connections_that_wait_in_the_queue(start_service: StartService) -> None:
    service = await start_service(SHUTDOWN_DELAY_SECONDS="0", SHUTDOWN_TIMEOUT_SECONDS="5")
    # Stopped, so that all of them are in the queue when it learns that it has to leave, however busy the machine is.
    service.process.send_signal(signal.SIGSTOP)
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(service.connect()) for _ in range(20)]
        service.terminate()
        service.process.send_signal(signal.SIGCONT)
        for connection in connections:
            assert (await connection.ask(LIVE)).status == 200
    assert await service.exit_code(within=20) == 0


async def test_a_hanging_request_does_not_hold_the_process(start_service: StartService) -> None:
    service = await start_service(code=SLOW, SHUTDOWN_DELAY_SECONDS="0", SHUTDOWN_TIMEOUT_SECONDS="1")
    async with service.connect() as hanging:
        hanging.send(HALF)
        await asyncio.sleep(0.2)
        service.terminate()
        began = time.monotonic()
        answer = await hanging.answer()
    assert answer.status == 503
    assert json.loads(answer.body)["code"] == "shutting-down"
    assert await service.exit_code(within=10) == 0
    assert time.monotonic() - began < 10


async def test_a_blocked_thread_does_not_hold_the_process(start_service: StartService) -> None:
    service = await start_service(code=SLOW, SHUTDOWN_DELAY_SECONDS="0", SHUTDOWN_TIMEOUT_SECONDS="1")
    async with service.connect() as blocked:
        blocked.send(b"GET /block HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.sleep(0.2)
        service.terminate()
        assert await service.exit_code(within=10) == 1
    assert service.events()[-1] == "shutdown_forced"


async def test_a_restart_behind_a_proxy_loses_no_request(start_service: StartService) -> None:
    leaving, staying = await asyncio.gather(
        start_service(WEB_CONCURRENCY="2", SHUTDOWN_DELAY_SECONDS="1", SHUTDOWN_TIMEOUT_SECONDS="5"), start_service()
    )
    await leaving.says("Application startup complete.", times=2)
    load = Load()
    async with Proxy(leaving, staying).running() as proxy:
        clients = [asyncio.create_task(load.run(proxy.port, keep_alive=number % 2 == 0)) for number in range(8)]
        await asyncio.sleep(0.3)
        leaving.terminate()
        await asyncio.sleep(0.9)  # the parent looks for signals twice a second
        assert (await leaving.ask(READY)).status == 503
        assert await leaving.exit_code(within=20) == 0
        assert proxy.ready == [staying]
        load.moved_away = True
        await asyncio.gather(*clients)
    assert load.lost == []
    assert set(load.statuses) == {200}
    assert min(proxy.sent[leaving.port], proxy.sent[staying.port]) > 20
