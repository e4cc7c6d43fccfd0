"""Environments for the commands of services, and what they share: a cache of packages, and for some mypy's results."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.combinations import RUN
from tests.conftest import Render
from tests.living import IDENTITY
from tests.sharing import once
from tools.environment import uv_environment


@pytest.fixture(scope="session")
def newcomers_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has uv and nothing else of ours: no make, virtual environment or settings."""
    settings = {"ENVIRONMENT", "DATABASE_URL", "TEST_DATABASE_URL"}
    ours = {"VIRTUAL_ENV", "PORT", "DEST", "VERSION", "REPORT", "ARGS", *settings, *IDENTITY}
    prefixes = ("MAKE", "MFLAGS", "PYTEST_", "PYTHON", "COV_")
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith(prefixes)}
    if shutil.which("uv") is None:
        # The one that was fetched for this repository: otherwise each service would fetch its own, into its own cache.
        programs, fetched = tmp_path_factory.mktemp("programs"), uv_environment()["PATH"]
        for name in ("uv", "uvx"):
            (programs / name).symlink_to(shutil.which(name, path=fetched) or name)
        kept["PATH"] = f"{programs}:{kept['PATH']}"
    return kept


@pytest.fixture(scope="session")
def packages(newcomers_environment: dict[str, str], render: Render, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the packages of a full service and their bytecode, which each environment would compile again."""

    def make(cache: Path) -> None:
        service = Path(shutil.copytree(render(**RUN["full"]), tmp_path_factory.mktemp("packages") / "service"))
        environment = newcomers_environment | {"UV_CACHE_DIR": str(cache)}
        subprocess.run(["uv", "sync", "--quiet"], cwd=service, env=environment, check=True)
        # Sources in a cache do not change: no need to compare them with what was compiled. Without the columns of each
        # instruction it is read in less time.
        environment |= {"PYTHONNODEBUGRANGES": "1"}
        compiling = [".venv/bin/python", "-m", "compileall", "-qq", "-j", "0", "--invalidation-mode", "unchecked-hash"]
        # Some libraries ship files that are for other Pythons.
        subprocess.run([*compiling, str(cache)], cwd=service, env=environment, check=False)

    return once(tmp_path_factory, "packages", make)


@pytest.fixture(scope="session")
def clean_environment(newcomers_environment: dict[str, str], packages: Path) -> dict[str, str]:
    """The same with the cache of packages that all tests share."""
    return newcomers_environment | {"UV_CACHE_DIR": str(packages)}


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the variants of one worker share beside it: mypy's results, and one process for the tests of each."""
    cache = tmp_path_factory.mktemp("shared") / "mypy"
    return {"MYPY_CACHE_DIR": str(cache), "PYTEST_XDIST_AUTO_NUM_WORKERS": "0"}


@pytest.fixture
def quick_environment(clean_environment: dict[str, str], shared: dict[str, str]) -> Iterator[dict[str, str]]:
    """The same, with what is shared, and with a folder for temporary files that goes with the test."""
    with tempfile.TemporaryDirectory() as folder:
        # As open as the system's own: servers that the tests start run as somebody else.
        Path(folder).chmod(0o1777)
        yield clean_environment | shared | {"TMPDIR": folder}
