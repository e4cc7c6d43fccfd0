"""A short command imports what it needs, and not the whole service."""

import subprocess
import sys

import pytest

#: Runs a command, and says afterwards whether the web framework was imported.
PROGRAM = """
import sys
from app.cli import cli
try:
    cli(sys.argv[1:])
finally:
    print("fastapi" in sys.modules)
"""


# One has a module of its name, the other one is found in another.
@pytest.mark.parametrize("command", ["secrets", "check"])
def test_a_command_imports_no_more_than_it_takes_to_find_it(command: str) -> None:
    program = [sys.executable, "-c", PROGRAM, command, "--help"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    assert done.stdout.splitlines()[-1] == "False"
