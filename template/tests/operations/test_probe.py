"""The health check of the image."""

import asyncio
import os
import socket
import sys

import pytest

from app import probe
from tests.operations.conftest import StartService
from tests.operations.service import free_port


async def ask(port: int, *question: str) -> tuple[int | None, str]:
    """Run it as the image does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.probe", *question),
        env=os.environ | {"PORT": str(port)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    return process.returncode, errors.decode()


async def test_a_service_that_runs_is_well_until_it_leaves(start_service: StartService) -> None:
    service = await start_service(SHUTDOWN_DELAY_SECONDS="30")
    assert await ask(service.port) == (0, "")
    assert await ask(service.port, "ready") == (0, "")
    service.terminate()
    await asyncio.sleep(0.2)
    code, said = await ask(service.port, "ready")
    assert code == 1
    assert "draining" in said
    assert await ask(service.port) == (0, "")


def test_one_that_is_not_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    assert "Connection refused" in str(probe.main())


def test_one_that_hangs_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "PATIENCE_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("PORT", str(silent.getsockname()[1]))
        assert "timed out" in str(probe.main())
