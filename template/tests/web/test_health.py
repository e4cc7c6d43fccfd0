"""Whether the process runs, and whether it may get requests."""

import asyncio
import gc
import time

import httpx2
import pytest
from fastapi import FastAPI

from app.resources import Resources
from app.web import health


def is_away(monkeypatch: pytest.MonkeyPatch, error: BaseException | None) -> None:
    """Make a part fail, or never answer."""

    async def ping() -> None:
        if error is None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                await asyncio.sleep(0.05)  # drivers take their time to give up, and may complain
                raise OSError("given up") from None
        else:
            raise error

    monkeypatch.setattr(Resources, "checks", lambda _self: {"part": ping})


async def test_is_alive_whatever_happens_to_others(
    app: FastAPI, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_away(monkeypatch, OSError())
    app.state.draining = True
    response = await client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert response.headers["Cache-Control"] == "no-store"


async def test_is_ready_when_every_part_answers(client: httpx2.AsyncClient, resources: Resources) -> None:
    response = await client.get("/health/ready")
    checks = dict.fromkeys(resources.checks(), "ok")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": checks})
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("error", [RuntimeError("closed"), OSError("refused"), None])
async def test_is_not_ready_when_a_part_is_away(
    error: Exception | None,
    client: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_away(monkeypatch, error)
    monkeypatch.setattr(health, "PATIENCE", 0.1)
    began = time.monotonic()
    response = await client.get("/health/ready")
    assert time.monotonic() - began < 0.5
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.json()
    assert problem["code"] == "not-ready"
    assert problem["checks"] == {"part": "away"}
    # The check that was given up ends unheard.
    await asyncio.sleep(0.1)
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_the_answer_leaves_within_two_seconds() -> None:
    assert health.PATIENCE <= 1.5


async def test_is_not_ready_while_it_drains(app: FastAPI, client: httpx2.AsyncClient) -> None:
    app.state.draining = True
    response = await client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["code"] == "not-ready"
    assert response.json()["checks"] == {"process": "draining"}
