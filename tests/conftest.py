"""Renders of the template, without trust, once per answer set and session."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import copier
import pytest

from tests import quick_copier
from tests.covering import Answers
from tests.living import IDENTITY
from tests.services import Service, require
from tests.sharing import once
from tools.bundles import copy_sources
from tools.environment import uv_environment

ROOT = Path(__file__).resolve().parent.parent

Render = Callable[..., Path]

pytest_plugins = ["tests.browsers", "tests.groups", "tests.memory", "tests.reporting", "tests.team"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-variant", action="store_true", help="every triple of values, not every pair")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave what takes minutes and the rights of root to `make test-all`."""
    return True if collection_path.name == "test_image.py" and not config.getoption("--every-variant") else None


@pytest.fixture
def needs(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`needs(CHROMIUM)` ends the test with one line when the machine does not have it; see `services.py`."""

    def _needs(*services: Service) -> None:
        require(request.node, services)

    return _needs


@pytest.fixture(scope="session", autouse=True)
def _identity() -> Iterator[None]:
    """Copier and the tests commit; neither may depend on the settings of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_copier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Half of the work of this process would be Copier's repetitions; see there."""
    with pytest.MonkeyPatch.context() as patch:
        quick_copier.install(patch, tmp_path_factory.mktemp("clones"))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the template outside git: no clone per render, and nobody edits it while the tests run."""
    return once(tmp_path_factory, "template", lambda folder: copy_sources(ROOT, folder))


@pytest.fixture(scope="session")
def render(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """`render(license="mit")` returns a rendered service to read; copy it before you change it."""

    def _render(**answers: object) -> Path:
        def make(folder: Path) -> None:
            copier.run_copy(str(template), folder / "service", data=answers, defaults=True, quiet=True, unsafe=False)

        name = hashlib.sha256(repr(sorted(answers.items())).encode()).hexdigest()
        return once(tmp_path_factory, name, make) / "service"

    return _render


@pytest.fixture(scope="session")
def default(render: Render) -> Path:
    """The service that the default answers give."""
    return render()


@pytest.fixture
def project(render: Render, tmp_path: Path) -> Callable[[Answers], Path]:
    """A rendered service of one's own, to change and to run."""

    def _project(answers: Answers) -> Path:
        return Path(shutil.copytree(render(**answers), tmp_path / "project"))

    return _project


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the variants of one worker share: mypy's results, and one process for the tests of each."""
    cache = tmp_path_factory.mktemp("shared") / "mypy"
    return {"MYPY_CACHE_DIR": str(cache), "PYTEST_XDIST_AUTO_NUM_WORKERS": "0"}


@pytest.fixture
def quick_environment(clean_environment: dict[str, str], shared: dict[str, str]) -> Iterator[dict[str, str]]:
    """The same, with what is shared, and with a folder for temporary files that goes with the test."""
    with tempfile.TemporaryDirectory() as folder:
        # As open as the system's own: servers that the tests start run as somebody else.
        Path(folder).chmod(0o1777)
        yield clean_environment | shared | {"TMPDIR": folder}


def copy_of_repository(folder: Path) -> Path:
    """Copy the whole repository, as a newcomer has it after unpacking, without git and without environments."""
    ours = shutil.ignore_patterns(".git", ".venv", ".tools", "build", "__pycache__", "*_cache", "*.db*", ".env")
    return Path(shutil.copytree(ROOT, folder / "checkout", ignore=ours, symlinks=True))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the repository of one's own."""
    return copy_of_repository(tmp_path)


@pytest.fixture(scope="session")
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
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
