"""The running service keeps what its OpenAPI description promises, whatever is sent: Schemathesis, all checks."""

from pathlib import Path

from fastapi import FastAPI

from app.users.models import Role
from tests.contract.generated import assert_all_passed, run_schemathesis
from tests.factories import People
from tests.operations.service import START, start

UNLIMITED = "1000000/minute"
#: Most requests come from a user of their own. That hashing takes its time is proved elsewhere.
CHEAP_HASHING = """
from app.security import passwords
passwords.PasswordHasher.__init__.__kwdefaults__.update(memory_kib=8, passes=1)
"""


async def test_keeps_its_contract_for_nobody_and_everybody(
    app: FastAPI, people: People, environment: dict[str, str], tmp_path: Path
) -> None:
    administrator = await people.create(role=Role.ADMIN)
    settings = {
        **environment,
        # Credentials are as the description says them, where clients come over HTTPS.
        "PUBLIC_URL": "https://localhost",
        "SHUTDOWN_DELAY_SECONDS": "0",
        "LOGIN_RATE_PER_ADDRESS": UNLIMITED,
        "LOGIN_RATE_GLOBAL": UNLIMITED,
        "REGISTRATION_RATE_PER_ADDRESS": UNLIMITED,
        "MAIL_RATE_PER_ACCOUNT": UNLIMITED,
    }
    service = await start(tmp_path, settings, code=CHEAP_HASHING + START)
    try:
        nobody = await run_schemathesis(service.port, "--phases", "examples,fuzzing")
        everybody = await run_schemathesis(
            service.port, SCHEMATHESIS_HOOKS="tests.contract.hooks", CONTRACT_ADMINISTRATOR=administrator.email
        )
    finally:
        service.terminate()
        await service.exit_code(within=20)
    operations = sum(len(methods) for methods in app.openapi()["paths"].values())
    # Of most operations nobody gets no further than to 401.
    assert_all_passed(nobody, at_least=2 * operations)
    assert_all_passed(everybody, at_least=20 * operations)
