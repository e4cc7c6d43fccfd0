"""Fixtures: a copy of the project, and the command that has to be refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.resource.__main__ import main
from tools.tests.resource.project import copy, tree


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy to write into."""
    return copy(tmp_path / "project")


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a function that runs the command and gives back why nothing was written."""

    def run(project: Path, *arguments: str) -> str:
        before = tree(project)
        capsys.readouterr()
        assert main(arguments, project) == 1
        assert tree(project) == before
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.count("\n") == 1
        return shown.err.removeprefix("Nothing written. ")

    return run
