"""The running service keeps what its OpenAPI description promises, whatever is sent: Schemathesis, all checks."""

from pathlib import Path

from fastapi import FastAPI

from tests.contract.generated import assert_all_passed, run_schemathesis
from tests.factories import People
from tests.operations.service import start


async def test_keeps_its_contract_for_nobody_and_everybody(
    app: FastAPI, people: People, environment: dict[str, str], tmp_path: Path
) -> None:
    person = await people.logged_in()
    service = await start(tmp_path, {**environment, "SHUTDOWN_DELAY_SECONDS": "0"})
    try:
        nobody = await run_schemathesis(service.port, "--phases", "examples,fuzzing")
        header = f"Authorization: {person.credential['Authorization']}"
        everybody = await run_schemathesis(service.port, "--header", header)
    finally:
        service.terminate()
        await service.exit_code(within=20)
    operations = sum(len(methods) for methods in app.openapi()["paths"].values())
    # Without a domain there is little to send.
    assert_all_passed(nobody, at_least=operations)
    assert_all_passed(everybody, at_least=10 * operations)
