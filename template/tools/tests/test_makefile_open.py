"""What needs a database says that there is none."""

from pathlib import Path

import pytest

from tools.tests.playing_uv import make


@pytest.mark.parametrize("command", ["migrate", "migration"])
def test_says_that_there_is_no_database(folder: Path, command: str) -> None:
    done = make(folder, "--silent", command)

    assert done.returncode != 0
    assert done.stderr.startswith("This service has no database;")


def test_dev_migrates_nothing(folder: Path) -> None:
    assert "migrate" not in make(folder, "--silent", "dev").stdout
