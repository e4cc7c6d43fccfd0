"""Fixtures: a service that a team lives in, and the template that it comes from, with a newer release to come."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from tests.living import IDENTITY, commit, git_template, live
from tests.sharing import once
from tools.git import git


@pytest.fixture(scope="session")
def released(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template in git with one release."""

    def make(folder: Path) -> None:
        git_template(template, folder / "template", tag="v1.0.0")

    return once(tmp_path_factory, "released", make) / "template"


@pytest.fixture(scope="session")
def lived_in(released: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """A service of that release with the work of a team in it."""
    folder = tmp_path_factory.mktemp("lived-in") / "service"
    copier.run_copy(str(released), folder, defaults=True, quiet=True, unsafe=False)
    commit(folder, "Begin")
    live(folder, {}, clean_environment | IDENTITY)
    return folder


@pytest.fixture
def service(lived_in: Path, tmp_path: Path) -> Path:
    """A clone of it for this test; what git does not track stays behind."""
    git(tmp_path, "clone", "--quiet", str(lived_in), "service")
    return tmp_path / "service"


@pytest.fixture
def release(released: Path, service: Path, tmp_path: Path) -> Callable[[Callable[[Path], None]], None]:
    """Return a function that releases a change of the template and lets the service come from there."""
    git(tmp_path, "clone", "--quiet", str(released), "template")
    answers = service / ".copier-answers.yml"
    text = answers.read_text(encoding="utf-8").replace(f"_src_path: {released}", f"_src_path: {tmp_path / 'template'}")
    answers.write_text(text, encoding="utf-8")
    commit(service, "The template moved")

    def publish(change: Callable[[Path], None]) -> None:
        change(tmp_path / "template")
        commit(tmp_path / "template", "Change something", tag="v1.1.0")

    return publish


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def make_update(service: Path, environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run the service's own command."""
    return subprocess.run(
        ["make", "--no-print-directory", "update", f"ARGS={' '.join(options)}"],
        cwd=service,
        env=environment | IDENTITY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
