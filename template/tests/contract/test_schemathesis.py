"""The running service keeps what its OpenAPI description promises, whatever is sent: Schemathesis, all checks."""

import asyncio
import os
import re
import sys
from pathlib import Path

from fastapi import FastAPI

from app.security.keys import KeySet
from app.users.models import Role
from tests.factories import People
from tests.operations.service import START, start

#: Generated requests per operation; `CONTRACT_EXAMPLES=200 make test ARGS=tests/contract` searches longer.
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "2")
UNLIMITED = "1000000/minute"
#: Most requests come from a user of their own. That hashing takes its time is proved elsewhere.
CHEAP_HASHING = """
from app.security import passwords
passwords.PasswordHasher.__init__.__kwdefaults__.update(memory_kib=8, passes=1)
"""
#: Who calls, how their run differs, and how many requests for each operation prove something.
CALLERS = {"nobody": (["--phases", "examples,fuzzing"], 2), "everybody": ([], 20)}


async def test_keeps_its_contract_for_nobody_and_everybody(
    app: FastAPI, people: People, keys: KeySet, database_url: str, tmp_path: Path
) -> None:
    administrator = await people.create(role=Role.ADMIN)
    settings = {
        "DATABASE_URL": database_url,
        "JWT_KEYS": keys.dump(),
        "SHUTDOWN_DELAY_SECONDS": "0",
        "LOGIN_RATE_PER_ADDRESS": UNLIMITED,
        "LOGIN_RATE_GLOBAL": UNLIMITED,
        "REGISTRATION_RATE_PER_ADDRESS": UNLIMITED,
        "MAIL_RATE_PER_ACCOUNT": UNLIMITED,
    }
    service = await start(tmp_path, settings, code=CHEAP_HASHING + START)
    try:
        reports = {caller: await run_schemathesis(service.port, caller, administrator.email) for caller in CALLERS}
    finally:
        service.terminate()
        await service.exit_code(within=20)
    operations = sum(len(methods) for methods in app.openapi()["paths"].values())
    for caller, report in reports.items():
        summary = re.search(r"(\d+) generated, (\d+) passed$", report, re.MULTILINE)
        assert summary, report
        assert summary[1] == summary[2]
        assert int(summary[1]) >= CALLERS[caller][1] * operations, "too few requests to prove anything"


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
