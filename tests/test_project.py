"""In the render: its own `make check` and `make test`, word for word, for every variant of the set.

Proven is: each variant resolves its own dependencies and is checked and tested whole, in an environment that holds what
its project file names and nothing else. No variant stands for another one.

Shared between variants, by a worker, are only mypy's results about sources with the same content, and each variant's
tests run in one process, because the variants themselves run beside each other. The variants of `FROM_NOTHING` share
the package cache only: nothing in them can be green because another variant ran before.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import COMBINATIONS, RUN, every_variant
from tests.conftest import Render
from tests.covering import Answers
from tests.processes import make
from tests.reporting import record
from tests.services import needed_by

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
FROM_NOTHING = ("default", "minimal", "full")
# These hold a gate, too: the team inherits one of 90 %; what we hand over holds more.
COVERED = ("default", "minimal")
COVERAGE = "--cov --cov-fail-under=98"


@pytest.mark.parametrize("name", COMBINATIONS)
def test_is_a_fixed_point_of_its_own_formatter_and_linter(render: Render, name: str) -> None:
    folder = render(**COMBINATIONS[name])
    for command in (["format", "--check", "--diff"], ["check"]):
        done = subprocess.run(
            [RUFF, *command, "--no-cache", "."], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the variants of one worker share: 10 of the 100 seconds of processor time of one, and 20 by one process."""
    cache = tmp_path_factory.mktemp("shared") / "mypy"
    return {"MYPY_CACHE_DIR": str(cache), "PYTEST_XDIST_AUTO_NUM_WORKERS": "1"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the variants that hold every pair of values, or every triple with `--every-variant`."""
    if "variant" in metafunc.fixturenames:
        variants = every_variant() if metafunc.config.getoption("--every-variant") else RUN
        metafunc.parametrize(("variant", "answers"), variants.items(), ids=variants)


def test_passes_its_own_checks_and_tests(
    request: pytest.FixtureRequest,
    project: Callable[[Answers], Path],
    needs: Callable[..., None],
    clean_environment: dict[str, str],
    shared: dict[str, str],
    variant: str,
    answers: Answers,
) -> None:
    needs(*needed_by(answers))
    record(request, variant, answers)
    folder = project(answers)
    environment = clean_environment if variant in FROM_NOTHING else clean_environment | shared
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    make(folder, environment, "check")
    if variant in COVERED:
        output = make(folder, environment, "test", f"ARGS={COVERAGE}")
        assert "Required test coverage of 98% reached" in output
    else:
        output = make(folder, environment, "test")
    assert " passed" in output
    # (Coverage says how many files it "skipped" in its list.)
    assert re.search(r"\d+ (skipped|xfailed)", output) is None
