"""Renders of the template, without trust, once per answer set and session."""

import hashlib
import shutil
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

ROOT = Path(__file__).resolve().parent.parent

Render = Callable[..., Path]

pytest_plugins = ["tests.browsers", "tests.environments", "tests.groups", "tests.memory", "tests.reporting"]
pytest_plugins += ["tests.team"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-variant", action="store_true", help="every triple of values, not every pair")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave what takes minutes and the rights of root to `make test-all`, and what runs in a service to that."""
    left_out = {"rendered"} if config.getoption("--every-variant") else {"rendered", "test_image.py"}
    return True if collection_path.name in left_out else None


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


def copy_of_repository(folder: Path) -> Path:
    """Copy the whole repository, as a newcomer has it after unpacking, without git and without environments."""
    ours = shutil.ignore_patterns(".git", ".venv", ".tools", "build", "__pycache__", "*_cache", "*.db*", ".env")
    return Path(shutil.copytree(ROOT, folder / "checkout", ignore=ours, symlinks=True))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the repository of one's own."""
    return copy_of_repository(tmp_path)
