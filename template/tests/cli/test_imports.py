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


def imports_the_framework(*command: str) -> bool:
    program = [sys.executable, "-c", PROGRAM, *command]
    done = subprocess.run(program, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return done.stdout.splitlines()[-1] == "True"


def test_a_command_with_a_module_of_its_name_imports_no_other() -> None:
    assert not imports_the_framework("secrets", "--help")


@pytest.mark.parametrize("command", [["--help"], ["serve", "--help"], ["openapi", "--help"]])
def test_all_are_imported_for_the_others(command: list[str]) -> None:
    assert imports_the_framework(*command)
