"""Generated requests: Schemathesis in a process of its own, against a running service."""

import asyncio
import os
import re
import sys
from pathlib import Path

#: Where a schema cannot say which values are good.
EXCEPTIONS = Path(__file__).with_name("schemathesis.toml")
#: Generated requests per operation; `CONTRACT_EXAMPLES=200 make test ARGS=tests/contract` searches longer.
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "2")


async def run_schemathesis(port: int, *options: str, **variables: str) -> str:
    """Run all checks against the service and return the report."""
    # Not traced when the service is: nothing of it would be counted, it would take twice the time, and Python 3.11 can
    # hang where a thread ends under a tracer that knows greenlets.
    untraced = {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"}
    bounds = ["--checks", "all", "--max-examples", EXAMPLES, "--seed", "1", "--warnings", "off", "--no-color"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(EXCEPTIONS),
        "run",
        f"http://127.0.0.1:{port}/openapi.json",
        *bounds,
        *options,
        env=untraced | variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output.decode()


def assert_all_passed(report: str, *, at_least: int) -> None:
    """Check that enough requests were generated to prove something, and that every answer kept the contract."""
    # "Skipped" are the requests that the check of authentication sends to compare with, twice per operation: without
    # the credential and with a wrong one. It judges their answers itself.
    operations = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)$", report, re.MULTILINE)
    summary = re.search(r"(\d+) generated, (\d+) passed(?:, (\d+) skipped)?$", report, re.MULTILINE)
    assert operations, report
    assert summary, report
    assert operations[1] == operations[2] == operations[3], "an operation was left out"
    assert summary[1] == summary[2]
    skipped = int(summary[3] or 0)
    assert skipped <= 2 * int(operations[3]), "requests were left out"
    assert int(summary[1]) - skipped >= at_least, "too few requests to prove anything"
