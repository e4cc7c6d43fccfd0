"""The surface of a rendered service: what people, programs and machines outside it hold on to."""

import ast
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.openapi_surface import Surface, openapi_surface

PROBE = Path(__file__).with_name("surface_probe.py")


def surfaces_of(services: Iterable[Path], environment: dict[str, str]) -> list[Surface]:
    """Return the surface of each rendered service, in which it installs an environment and writes a `.env`."""
    paths = list(services)
    with ThreadPoolExecutor() as threads:
        running = list(threads.map(lambda path: running_surface(path, environment), paths))
    # Not in a thread: two that parse at once fail on Python 3.11 ("AST constructor recursion depth mismatch").
    return [part | static_surface(path) for part, path in zip(running, paths, strict=True)]


def running_surface(service: Path, environment: dict[str, str]) -> Surface:
    """Return what only the running service knows."""
    run(["uv", "sync", "--quiet", "--no-dev"], service, environment)
    probed = json.loads(run([".venv/bin/python", str(PROBE)], service, environment))
    found = openapi_surface(probed["openapi"])
    for name, parameters in probed["commands"].items():
        found["command", (name,)] = ""
        found |= {("option", (name, parameter)): facts for parameter, facts in parameters.items()}
    return found


def run(command: list[str], service: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=service, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def static_surface(service: Path) -> Surface:
    """What the files say without being run. All of them are held against the code by the service's own tests."""
    return {
        **settings((service / ".env.example").read_text(encoding="utf-8")),
        **targets((service / "Makefile").read_text(encoding="utf-8")),
        **{("error code", (code,)): "" for path in (service / "src").rglob("*.py") for code in codes(path)},
        **{("security test", (name,)): "" for name in promises(service / "tests" / "security")},
    }


def settings(text: str) -> Surface:
    """Each setting with its default and, apart from that, what it may be: the last brackets of its comment."""
    found: Surface = {}
    for comment, name, default in re.findall(r"^((?:# .*\n)*)#?([A-Z][A-Z0-9_]*)=(.*)$", text, flags=re.MULTILINE):
        meaning = " ".join(line.removeprefix("# ") for line in comment.splitlines())
        limits = re.search(r"\(([^()]*)\)$", meaning)
        found["setting", (name,)] = limits.group(1) if limits else ""
        found["default", (name,)] = default
    return found


def targets(text: str) -> Surface:
    """Each command of the Makefile that `make help` prints."""
    return {
        ("make target", (f"make {name}",)): "" for name in re.findall(r"^([a-z-]+):.*## ", text, flags=re.MULTILINE)
    }


def codes(path: Path) -> Iterator[str]:
    """Each error code that a class in a module sets."""
    for kind in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for line in kind.body if isinstance(kind, ast.ClassDef) else []:
            match line:
                case (
                    ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code)))
                    | ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code)))
                ):
                    yield code


def promises(folder: Path) -> Iterator[str]:
    """Each name of a test of security: the name is the promise."""
    for path in sorted(folder.rglob("test_*.py")):
        for line in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef) and line.name.startswith("test_"):
                yield line.name
