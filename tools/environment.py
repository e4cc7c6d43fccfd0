"""Finds or fetches uv and makes the environments of the template's own tools, all inside the repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import uv  # a link to the tool of the rendered service: one way to fetch it, written once

ROOT = Path(__file__).resolve().parent.parent


def uv_environment() -> dict[str, str]:
    """Return the environment in which `uv` can be called; fetches it when PATH has none that works.

    A uv of the user's keeps the user's cache. One that we fetched keeps its cache beside itself, so that nothing is
    written outside the repository.
    """
    # These two speak of the caller's make and environment; in another folder they would mislead make and uv.
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "VIRTUAL_ENV"}}
    environment |= {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    if uv.find(ROOT) != "uv":
        uv.fetch(ROOT)
        program = ROOT / uv.PROGRAM
        environment["PATH"] = os.pathsep.join([str(program.parent), environment.get("PATH", os.defpath)])
        environment["UV_CACHE_DIR"] = str(ROOT / ".tools" / "uv-cache")
    return environment


def install(name: str, folder: Path, environment: dict[str, str]) -> Path:
    """Make the environment `folder` hold exactly `requirements/<name>.txt`, hashes checked; return its bin folder."""
    python = folder / "bin" / "python"
    if not python.exists():
        run(["uv", "venv", "--quiet", "--clear", str(folder)], environment)
    requirements = str(ROOT / "requirements" / f"{name}.txt")
    run(["uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), requirements], environment)
    return python.parent


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command in the repository to its end; its failure ends this program with one line."""
    # The path is looked up here: subprocess would search the PATH of this process, not the one in `environment`.
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    done = subprocess.run([program, *command[1:]], env=environment, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"Failed with exit code {done.returncode}: {' '.join(command)}")


if __name__ == "__main__":
    install("dev", ROOT / ".venv", uv_environment())
