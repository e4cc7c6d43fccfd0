"""Processes that die, and a broker that is away: every job is done all the same."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.clock import utc_now
from app.outbox.models import JobOutboxModel
from app.resources import Resources
from app.tasks.envelope import put_in_envelope
from app.tasks.models import JobReceiptModel
from app.tasks.receipts import first_time
from tests.broker import NewTransport
from tests.operations.forks import Process, Program, fork
from tests.operations.service import START
from tests.outbox.test_outbox import let_claims_run_out
from tests.waiting import until


async def pay(resources: Resources, invoice: int) -> None:
    """Have an effect that must not be doubled: a receipt for each time that it was had."""
    async with resources.database.transaction() as session:
        if await first_time(session, f"invoice {invoice}"):
            session.add(JobReceiptModel(key=f"paid {invoice} {utc_now()}"))


async def payments(resources: Resources) -> int:
    """Return how often something was paid."""
    async with resources.database.transaction(read_only=True) as session:
        paid = select(func.count()).where(JobReceiptModel.key.startswith("paid "))
        return await session.scalar(paid) or 0


async def left(resources: Resources) -> int:
    """Return how many jobs the broker does not have."""
    async with resources.database.transaction(read_only=True) as session:
        return await session.scalar(select(func.count()).select_from(JobOutboxModel)) or 0


#: A request's transaction, and the end of its process before anything else can happen.
KILLED_AFTER_COMMIT = """
import asyncio, os, signal
from app.outbox.queue import OutboxQueue
from app.resources import load_resources
from tests.outbox.test_processes import pay
async def main():
    resources = load_resources()
    async with resources.database.transaction() as session:
        OutboxQueue(session, resources.outbox).enqueue(pay, 1)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


def variables(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a process that knows this test, too."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent.parent), **environment}


@asynccontextmanager
async def worker(folder: Path, environment: dict[str, str]) -> AsyncIterator[Process]:
    """Run `app worker` beside the block, as soon as it takes jobs; then it has to end by itself, with 0."""
    log, errors = folder / "worker.log", folder / "worker.errors"
    process = await fork(Program(START, ["worker"], folder, variables(environment), stdout=log, stderr=errors))
    try:
        await until(lambda: process.returncode is not None or "worker_started" in log.read_text(encoding="utf-8"))
        yield process
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 20)
        assert code == 0, code
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()


async def until_paid(resources: Resources, times: int) -> None:
    async with asyncio.timeout(30):
        while await payments(resources) < times or await left(resources):  # noqa: ASYNC110 (another process does it)
            await asyncio.sleep(0.1)


async def test_a_process_that_died_between_commit_and_sending_loses_nothing(
    resources: Resources, environment: dict[str, str], tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_AFTER_COMMIT, cwd=tmp_path, env=variables(environment)
    )
    assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
    assert (await payments(resources), await left(resources)) == (0, 1)
    await let_claims_run_out(resources.database)
    async with worker(tmp_path, environment):
        await until_paid(resources, 1)
    assert (await payments(resources), await left(resources)) == (1, 0)


async def test_a_job_that_was_sent_twice_has_its_effect_once(
    resources: Resources, environment: dict[str, str], tmp_path: Path, new_transport: NewTransport
) -> None:
    body = put_in_envelope(pay, 1).body
    await new_transport().send(body, body, put_in_envelope(pay, 2).body)
    async with worker(tmp_path, environment):
        await until_paid(resources, 2)
    assert await payments(resources) == 2


async def test_a_worker_without_work_ends_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    async with worker(tmp_path, environment) as process:
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 10)
        assert time.monotonic() - begun < 3


async def test_wrong_settings_end_a_worker_before_it_begins(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="78"):
        async with worker(tmp_path, environment | {"TASK_CONCURRENCY": "none"}) as process:
            await process.wait()
