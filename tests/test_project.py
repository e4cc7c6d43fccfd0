"""In the render: its own `make check` and `make test`, word for word, in an environment of its own."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import COMBINATIONS, RUN, Answers
from tests.conftest import Render

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"


def make(target: str, folder: Path, environment: dict[str, str], *options: str) -> str:
    """Run one of the service's own commands; its output when it succeeds."""
    done = subprocess.run(
        ["make", target, *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, f"make {target}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", COMBINATIONS)
def test_is_a_fixed_point_of_its_own_formatter_and_linter(render: Render, name: str) -> None:
    folder = render(**COMBINATIONS[name])
    for command in (["format", "--check", "--diff"], ["check"]):
        done = subprocess.run(
            [RUFF, *command, "--no-cache", "."], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the own tests of two variants, or of all of them with `--every-variant`."""
    if "variant" in metafunc.fixturenames:
        variants = COMBINATIONS if metafunc.config.getoption("--every-variant") else RUN
        metafunc.parametrize("variant", variants.values(), ids=variants)


def test_passes_its_own_checks_and_tests(
    project: Callable[[Answers], Path], clean_environment: dict[str, str], variant: Answers
) -> None:
    folder = project(variant)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    make("check", folder, clean_environment)
    # The team inherits a gate of 90 %; what we hand over holds more.
    output = make("test", folder, clean_environment, "ARGS=--cov --cov-fail-under=98")
    assert "Required test coverage of 98% reached" in output
    assert " passed" in output
    # (Coverage says how many files it "skipped" in its list.)
    assert re.search(r"\d+ (skipped|xfailed)", output) is None
