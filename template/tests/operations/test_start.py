"""The service's own command, from nothing: the other tests start it as a copy of a process; see `forks.py`."""

import asyncio
import sys
from pathlib import Path

from tests.operations.forks import Process, Program
from tests.operations.service import start


async def from_nothing(program: Program) -> Process:
    command = str(Path(sys.executable).parent / "app")
    with program.stdout.open("wb") as stdout, program.stderr.open("wb") as stderr:
        return await asyncio.create_subprocess_exec(
            *(command, *program.arguments),
            cwd=program.folder,
            env=program.environment,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            stdout=stdout,
            stderr=stderr,
        )


async def test_it_serves_until_it_is_told_to_leave(environment: dict[str, str], tmp_path: Path) -> None:
    service = await start(tmp_path, environment | {"SHUTDOWN_DELAY_SECONDS": "0"}, begin=from_nothing)
    service.terminate()
    try:
        code = await service.exit_code(within=20)
    finally:
        if service.process.returncode is None:
            service.kill()
            await service.process.wait()
    assert (code, service.errors.read_text()) == (0, "")
