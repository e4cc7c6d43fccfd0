"""In the render: its own `make check` and `make test`, word for word, for every variant of the set.

Proven is: each variant resolves its own dependencies and is checked and tested, in an environment that holds what its
project file names and nothing else. Variants that differ in files only that neither command reads are one run, in a
tree without these files; that their trees are otherwise the same, byte for byte, is a test of its own. `FROM_NOTHING`
run as they are delivered, all of their files there.

Shared between variants, by a worker, are only mypy's results about sources with the same content. Each variant's tests
run in one process, because the variants themselves run beside each other, and their temporary files are in memory.
The variants of `FROM_NOTHING` share the package cache only: nothing in them can be green because another variant ran.
The default runs on the Python of its own workflows and image, the full one on the newest of the other versions that is
here, the rest on the one that uv finds. So three of the four Pythons are proven on a machine that has them.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import COMBINATIONS, RUN, describe, every_variant
from tests.conftest import ROOT, Render
from tests.covering import Answers
from tests.inputs import essence, strip
from tests.processes import make
from tests.reporting import PYTHON_OF_RUN, record
from tests.services import OTHER_PYTHONS, PYTHON_VERSION, find_python, needed_by
from tools.option_files import content

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
FROM_NOTHING = ("default", "full")
# Beside them run others: on two cores, three workers of their own would be one too many.
TWO_WORKERS = {"PYTEST_XDIST_AUTO_NUM_WORKERS": "2"}
COVERAGE = "--cov --cov-fail-under=98"


@pytest.mark.parametrize("name", COMBINATIONS)
def test_is_a_fixed_point_of_its_own_formatter_and_linter(render: Render, name: str) -> None:
    folder = render(**COMBINATIONS[name])
    for command in (["format", "--check", "--diff"], ["check"]):
        done = subprocess.run(
            [RUFF, *command, "--no-cache", "."], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def run_of(answers: Answers) -> str:
    """Return the name of the run that stands for a variant: one that is delivered, or one without unread files."""
    alike = (name for name in FROM_NOTHING if essence(RUN[name]) == essence(answers))
    return next(alike, f"bare {describe(essence(answers))}")


def runs(variants: dict[str, Answers]) -> dict[str, Answers]:
    """Return the services whose commands are run: two as they are delivered, one for each other tree that is read."""
    delivered = {name: variants[name] for name in FROM_NOTHING}
    others = {run_of(answers): essence(answers) for answers in variants.values()}
    return delivered | {name: answers for name, answers in others.items() if name.startswith("bare ")}


def python_of(variant: str) -> str | None:
    """Return the Python of a run; None for the one that uv finds."""
    if variant == "default":
        return find_python(PYTHON_VERSION)
    return next(filter(None, map(find_python, OTHER_PYTHONS)), None) if variant == "full" else None


# These hold a gate, too: the team inherits one of 90 %; what we hand over holds more.
COVERED = ("default", run_of({"example": False}))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take the variants that hold every pair of values, or every triple with `--every-variant`."""
    if "variant" in metafunc.fixturenames:
        variants = every_variant() if metafunc.config.getoption("--every-variant") else RUN
        rows = runs(variants) if metafunc.function is test_passes_its_own_checks_and_tests else variants
        metafunc.parametrize(("variant", "answers"), rows.items(), ids=rows)


def test_its_commands_read_what_another_run_has_read(
    request: pytest.FixtureRequest, render: Render, tmp_path: Path, variant: str, answers: Answers
) -> None:
    if variant not in FROM_NOTHING:
        record(request, variant, answers, run_of(answers))
    trees = [
        content(strip(Path(shutil.copytree(render(**row), tmp_path / name))))
        for name, row in {"this": answers, "other": essence(answers)}.items()
    ]
    assert trees[0] == trees[1]


def test_passes_its_own_checks_and_tests(
    request: pytest.FixtureRequest,
    project: Callable[[Answers], Path],
    needs: Callable[..., None],
    clean_environment: dict[str, str],
    quick_environment: dict[str, str],
    variant: str,
    answers: Answers,
) -> None:
    needed = needed_by(answers)
    needs(*needed)
    record(request, variant, answers)
    folder = project(answers) if variant in FROM_NOTHING else strip(project(answers))
    environment = clean_environment | TWO_WORKERS if variant in FROM_NOTHING else quick_environment
    if python := python_of(variant):
        environment |= {"UV_PYTHON": python}
        request.node.user_properties.append((PYTHON_OF_RUN, Path(python).name))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    # One test of ours joins the service's own. It is not delivered: a team's documents may name what is elsewhere.
    shutil.copy(ROOT / "tests" / "rendered" / "test_docs_truth.py", folder / "tools" / "tests")
    make(folder, environment, "check")
    if variant in COVERED:
        output = make(folder, environment, "test", f"ARGS={COVERAGE}")
        assert "Required test coverage of 98% reached" in output
    else:
        output = make(folder, environment, "test")
    assert " passed" in output
    # (Coverage says how many files it "skipped" in its list.)
    assert re.search(r"\d+ (skipped|xfailed)", output) is None
