"""Sentry is away: nobody waits for it, and nobody hears of it."""

import json
import time

import httpx2
import pytest
from fastapi import FastAPI

from app.resources import Resources
from tests.operations.service import free_port
from tests.sentry.receiver import Receiver


def add_crash(app: FastAPI) -> None:
    async def crash() -> None:
        raise RuntimeError("no power")

    app.add_api_route("/crash", crash)


async def seconds_of(client: httpx2.AsyncClient) -> float:
    began = time.perf_counter()
    assert (await client.get("/crash")).status_code == 500
    return time.perf_counter() - began


async def test_one_that_does_not_answer_costs_a_crash_nothing(
    own_app: FastAPI, own_client: httpx2.AsyncClient, reporting: Resources, receiver: Receiver
) -> None:
    receiver.answers.clear()
    add_crash(own_app)
    # More than wait for their turn: what is too much is dropped.
    assert min([await seconds_of(own_client) for _ in range(120)]) < 0.1
    began = time.perf_counter()
    await reporting.aclose(task_seconds=0.3)
    assert 0.2 < time.perf_counter() - began < 1.5


class TestNobodyThere:
    @pytest.fixture
    def dsn(self) -> str:
        return f"http://publickey@127.0.0.1:{free_port()}/7"

    async def test_the_log_speaks_of_the_crash_only(
        self,
        own_app: FastAPI,
        own_client: httpx2.AsyncClient,
        reporting: Resources,
        capfdbinary: pytest.CaptureFixture[bytes],
    ) -> None:
        add_crash(own_app)
        assert await seconds_of(own_client) < 1
        await reporting.aclose()
        logged = capfdbinary.readouterr()
        events = [json.loads(line)["event"] for line in logged.out.splitlines()]
        assert (events, logged.err) == (["unhandled_error", "request"], b"")
