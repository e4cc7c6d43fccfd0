"""`make test-deps`: the default service passes with the lowest and with the newest versions that it accepts."""

import json
import re
import shutil
import subprocess
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from tools.environment import ROOT, uv_environment
from tools.render import render

BUILD = ROOT / "build"
OLDEST_PYTHON = "3.11"
COMMANDS = (["git", "init", "--quiet"], ["uv", "lock"], ["make", "check"], ["make", "test"])
MAIN = ("fastapi", "starlette", "pydantic", "sqlalchemy", "alembic", "uvicorn", "pytest", "mypy")
FLOOR = re.compile(r"([\w-]+)(?:\[[\w,]+\])?>=([\d.]+)")
# The caller's own wishes to uv, and what the Makefile exports for other commands.
UNWANTED = ("UV_RESOLUTION", "UV_EXCLUDE_NEWER", "UV_PRERELEASE", "PORT", "DEST", "VERSION", "REPORT")
LAST_LINES = 60


def version_sets(now: datetime, newest_python: str) -> dict[str, dict[str, str]]:
    """Return what makes uv choose each set, by the set's name."""
    return {
        "lowest": {"UV_RESOLUTION": "lowest-direct", "UV_PYTHON": OLDEST_PYTHON},
        # The project file waits a week for new releases; here they are wanted at once.
        "newest": {"UV_EXCLUDE_NEWER": now.isoformat(timespec="seconds"), "UV_PYTHON": newest_python},
    }


def newest(pythons: list[dict[str, str]]) -> str:
    """Return the highest version in the list of `uv python list`: no candidates, no free-threaded builds."""
    usable = [
        python["version"]
        for python in pythons
        if python["implementation"] == "cpython" and python["variant"] == "default"
    ]
    return max((version for version in usable if re.fullmatch(r"[\d.]+", version)), key=numbers)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers to compare: 0.22 is 0.22.0."""
    return tuple(map(int, [*re.findall(r"\d+", version), 0, 0, 0, 0][:4]))


def locked_versions(folder: Path) -> dict[str, str]:
    """Return the versions in uv.lock, by name; none before it was written."""
    path = folder / "uv.lock"
    packages = tomllib.loads(path.read_text(encoding="utf-8"))["package"] if path.exists() else []
    return {package["name"]: package["version"] for package in packages if "version" in package}


def untested_floors(folder: Path) -> list[str]:
    """Return the floors that the lowest set does not reach, one sentence each.

    A floor is untrue when another dependency asks for more, or when there is no such release: no test can see it.
    """
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = locked_versions(folder)
    return [
        f"{name}>={floor} was not tested: the lowest version that fits here is {locked[name]}. Raise the floor."
        for name, floor in FLOOR.findall("\n".join(requirements))
        if numbers(locked[name]) != numbers(floor)
    ]


def first_failure(folder: Path, environment: dict[str, str], log: Path) -> str:
    """Run the service's own commands, their output in the log; return the one that failed, if any."""
    with log.open("w", encoding="utf-8") as output:
        for command in COMMANDS:
            # The path is looked up here: subprocess would search the PATH of this process.
            program = shutil.which(command[0], path=environment["PATH"]) or command[0]
            done = subprocess.run(
                [program, *command[1:]],
                cwd=folder,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            if done.returncode:
                return " ".join(command)
    return ""


def passes(name: str, environment: dict[str, str], choice: dict[str, str]) -> bool:
    """Render the default service anew, run it with one set of versions, and print one line with what came of it."""
    started = time.monotonic()
    folder, log = BUILD / f"deps-{name}", BUILD / f"deps-{name}.log"
    shutil.rmtree(folder, ignore_errors=True)
    render(folder, "--defaults", "--quiet", environment=environment)
    if failed := first_failure(folder, environment | choice, log):
        print("\n".join(log.read_text(encoding="utf-8").splitlines()[-LAST_LINES:]))
    problems = [f"`{failed}` failed, see {log.relative_to(ROOT)}."] if failed else []
    if name == "lowest" and not failed:
        problems = untested_floors(folder)
    versions = locked_versions(folder)
    shown = ", ".join(f"{library} {versions[library]}" for library in MAIN if library in versions)
    verdict = " ".join(problems) or "passed"
    print(f"{name}: {time.monotonic() - started:.0f} s, Python {choice['UV_PYTHON']}, {shown}: {verdict}", flush=True)
    return not problems


def installed_pythons(environment: dict[str, str]) -> list[dict[str, str]]:
    """Return what `uv python list` finds on this machine; nothing is downloaded."""
    program = shutil.which("uv", path=environment["PATH"]) or "uv"
    command = [program, "python", "list", "--only-installed", "--output-format", "json"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return list(json.loads(done.stdout))


def main() -> None:
    """Run both sets, the second also when the first has failed."""
    environment = {name: value for name, value in uv_environment().items() if name not in UNWANTED}
    sets = version_sets(datetime.now(UTC), newest(installed_pythons(environment)))
    passed = [passes(name, environment, choice) for name, choice in sets.items()]
    if not all(passed):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
