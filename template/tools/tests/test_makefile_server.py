"""A service whose database is a server sees to it first that there is one."""

from pathlib import Path

import pytest

from tools.tests.playing_uv import make


@pytest.mark.parametrize("command", ["test", "check", "bench"])
def test_what_runs_tests_sees_to_their_server_first(folder: Path, command: str) -> None:
    shown = make(folder, "--silent", command).stdout.splitlines()

    tests = next(index for index, line in enumerate(shown) if line.startswith("[run][pytest]"))
    assert shown[tests - 1].startswith("[run][python][-m][tools.dev_database][--tests]")


def test_dev_sees_to_the_server_before_it_migrates(folder: Path) -> None:
    shown = make(folder, "--silent", "dev").stdout

    assert 0 < shown.index("[tools.dev_database]") < shown.index("[run][app][migrate]")
