"""What breaks the template turns the right check red, for the right reason; the same check is green without it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import copier
import pytest

from tests.conftest import ROOT
from tests.mutations import MUTATIONS, Mutation
from tools.bundles import SOURCES

PARTS = (*SOURCES, "tests", "tools", "requirements", "docs", "pyproject.toml", "Makefile", "README.md")
IGNORED = shutil.ignore_patterns("__pycache__", "*_cache", ".venv")


class Copy:
    """A copy of the repository to break, and the service that it renders."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.repository, self.service = folder / "repository", folder / "service"
        self.environment = environment
        self.repository.mkdir()
        for name in PARTS:
            source, target = ROOT / name, self.repository / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=IGNORED, symlinks=True)
            else:
                shutil.copy2(source, target)

    def check(self, *checks: str) -> subprocess.CompletedProcess[str]:
        """Run tests of the copy with our interpreter, or one command of the service that the copy renders now."""
        if checks[0].startswith("tests/"):
            # -B: bytecode of the copy could outlive a change that comes within a second. -x: one failure is enough.
            pytest_ = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-vvx"]
            return self._run([*pytest_, *checks], self.repository)
        self._render()
        (command,) = checks
        return self._run(command.split(), self.service)

    def _render(self) -> None:
        """Put a fresh render where the last one was; only the environment and its lock file stay."""
        self.service.mkdir(exist_ok=True)
        for path in self.service.iterdir():
            if path.name not in {".venv", "uv.lock"}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        copier.run_copy(str(self.repository), self.service, defaults=True, quiet=True, overwrite=True, unsafe=False)

    def _run(self, command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        program = shutil.which(command[0], path=self.environment["PATH"]) or command[0]
        return subprocess.run(
            [program, *command[1:]], cwd=folder, env=self.environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Copy:
    """Return a copy of the repository in which every check of this file was green."""
    copy = Copy(tmp_path_factory.mktemp("mutations"), clean_environment)
    tests = {mutation.check: None for mutation in MUTATIONS if not mutation.in_service}
    commands = {mutation.check: None for mutation in MUTATIONS if mutation.in_service}
    for checks in (list(tests), *([command] for command in commands)):
        done = copy.check(*checks)
        assert done.returncode == 0, f"{checks}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
        assert not re.search(r"\d+ (skipped|deselected)", done.stdout)
    return copy


@pytest.fixture
def mutated(copy: Copy, mutation: Mutation) -> Iterator[Copy]:
    """Break the copy for the time of one test."""
    path = copy.repository / mutation.path
    text = path.read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1, f"{mutation.path} no longer has, once: {mutation.old}"
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    yield copy
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.breaks)
def test_the_right_check_turns_red(mutated: Copy, mutation: Mutation) -> None:
    done = mutated.check(mutation.check)
    output = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    assert done.returncode != 0, f"{mutation.check} did not notice\n{output[-4000:]}"
    assert mutation.because in output, f"red for another reason\n{output[-8000:]}"
