"""The running service keeps what its OpenAPI description promises, whatever is sent: Schemathesis, all checks."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from app.security.keys import KeySet
from app.users.models import Role
from tests.factories import People
from tests.operations.service import start

#: Generated requests per operation; `CONTRACT_EXAMPLES=200 make test ARGS=tests/contract` searches longer.
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "2")
UNLIMITED = "1000000/minute"
#: Who calls, how their run differs, and how many requests prove something.
CALLERS = {"nobody": (["--phases", "examples,fuzzing"], 50), "everybody": ([], 400)}


@pytest.mark.parametrize("caller", CALLERS)
async def test_keeps_its_contract_for(
    caller: str, people: People, keys: KeySet, database_url: str, tmp_path: Path
) -> None:
    administrator = await people.create(role=Role.ADMIN)
    settings = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": database_url,
        "JWT_KEYS": keys.dump(),
        "LOGIN_RATE_PER_ADDRESS": UNLIMITED,
        "LOGIN_RATE_GLOBAL": UNLIMITED,
        "REGISTRATION_RATE_PER_ADDRESS": UNLIMITED,
        "MAIL_RATE_PER_ACCOUNT": UNLIMITED,
    }
    service = await start(tmp_path, settings)
    try:
        report = await run_schemathesis(service.port, caller, administrator.email)
    finally:
        service.terminate()
        await service.exit_code(within=20)
    summary = re.search(r"(\d+) generated, (\d+) passed$", report, re.MULTILINE)
    assert summary, report
    assert summary[1] == summary[2]
    assert int(summary[1]) >= CALLERS[caller][1], "too few requests to prove anything"


async def run_schemathesis(port: int, caller: str, administrator: str) -> str:
    """Run Schemathesis against the service and return its report."""
    options = ["--checks", "all", "--max-examples", EXAMPLES, "--seed", "1", "--warnings", "off", "--no-color"]
    environment = {**os.environ, "CONTRACT_ADMINISTRATOR": administrator}
    if caller == "everybody":
        environment["SCHEMATHESIS_HOOKS"] = "tests.contract.hooks"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"http://127.0.0.1:{port}/openapi.json",
        *options,
        *CALLERS[caller][0],
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output.decode()
