"""Finds uv, or fetches it into `.tools`, for the Makefile; runs on a bare Python 3.11."""

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(".tools", "uv")
PROGRAM = FOLDER / "bin" / "uv"
PIP_PAGE = "https://pypi.org/pypi/pip/json"


def find(root: Path) -> str:
    """Return `uv` when PATH has one that this project accepts, otherwise where `fetch` puts its own."""
    return "uv" if works("uv", oldest(root)) else str(PROGRAM)


def fetch(root: Path) -> None:
    """Install uv into `.tools/uv`, unless it is there."""
    version = oldest(root)
    if works(str(root / PROGRAM), version):
        return
    print("Fetching uv into .tools (there is none on PATH that this project accepts) …", file=sys.stderr, flush=True)
    shutil.rmtree(root / FOLDER, ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", str(root / FOLDER)])
    pip = [str(pip_program(root / FOLDER)), "--python", str(root / FOLDER / "bin" / "python")]
    options = ["install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    run([sys.executable, *pip, *options, "uv>=" + ".".join(map(str, version))])


def oldest(root: Path) -> tuple[int, ...]:
    """Return the oldest version that `required-version` in pyproject.toml accepts."""
    import tomllib  # Here, so that an older Python gets as far as the sentence at the end of this file.

    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]
    return tuple(map(int, settings.get("required-version", ">=0").removeprefix(">=").split(".")))


def works(program: str, version: tuple[int, ...]) -> bool:
    """Tell whether a uv runs and is new enough; the shim of a version manager may be there without a uv behind it."""
    if shutil.which(program) is None:
        return False
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"uv (\d+)\.(\d+)\.(\d+)", shown)
    return numbers is not None and tuple(map(int, numbers.groups())) >= version


def pip_program(folder: Path) -> Path:
    """Return something that `python` can run as pip; distributions leave it out of the Python they install."""
    found = importlib.util.find_spec("pip")
    return Path(found.origin).parent if found and found.origin else download_pip(folder)


def download_pip(folder: Path) -> Path:
    """Return the current pip, which is an archive that Python can run, checked against the index's own digest."""
    try:
        with urllib.request.urlopen(PIP_PAGE, timeout=30) as answer:
            files = json.load(answer)["urls"]
        wheel = next(file for file in files if file["packagetype"] == "bdist_wheel")
        with urllib.request.urlopen(urljoin(PIP_PAGE, wheel["url"]), timeout=60) as answer:  # noqa: S310 (its page is https)
            content = answer.read()
    except OSError as error:
        raise SystemExit(f"uv could not be fetched; install it by hand. {error}") from None
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        raise SystemExit("The pip that the package index sent is damaged.")
    path = folder / str(wheel["filename"])
    path.write_bytes(content)
    # A wheel has no __main__ of its own at its top; the package inside has one.
    return path / "pip"


def run(command: list[str]) -> None:
    """Run a command to its end; its failure ends this program with its last line."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise SystemExit(f"uv could not be fetched; install it by hand. {reason}")


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (this is the Python of the machine, not of the project)
        raise SystemExit("This needs Python 3.11 or newer; choose another: make dev PYTHON=python3.13")
    if sys.argv[1:] == ["find"]:
        print(find(ROOT))
    else:
        fetch(ROOT)
