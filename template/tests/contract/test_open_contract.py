"""The running service keeps what its OpenAPI description promises, whatever is sent: Schemathesis, all checks."""

from pathlib import Path

from fastapi import FastAPI

from tests.contract.generated import assert_all_passed, run_schemathesis
from tests.operations.service import start


async def test_keeps_its_contract(app: FastAPI, environment: dict[str, str], tmp_path: Path) -> None:
    service = await start(tmp_path, {**environment, "SHUTDOWN_DELAY_SECONDS": "0"})
    try:
        report = await run_schemathesis(service.port)
    finally:
        service.terminate()
        await service.exit_code(within=20)
    operations = sum(len(methods) for methods in app.openapi()["paths"].values())
    assert_all_passed(report, at_least=2 * operations)
