"""The commands of the template do what README.md says, on a machine that has little."""

import re
import resource
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
import yaml

from tests.conftest import ROOT
from tests.processes import Running, free_port, running, status
from tools.option_files import content

NEEDED = ("git", "make", "sh", "awk", "env")
COLD_SECONDS, WARM_SECONDS = 60, 15


def make(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a failing command says, without make's own word on it."""
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    return line


@pytest.fixture
def bare_environment(clean_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A machine with Python, git and make, an empty home and no uv."""
    programs, home = tmp_path / "bin", tmp_path / "home"
    programs.mkdir()
    home.mkdir()
    for name in NEEDED:
        (programs / name).symlink_to(shutil.which(name) or name)
    (programs / "python3").symlink_to(Path(sys.base_prefix, "bin", "python3"))
    kept = {name: value for name, value in clean_environment.items() if not name.startswith(("UV_", "XDG_", "PYENV_"))}
    return kept | {"PATH": str(programs), "HOME": str(home)}


def seconds_printed(output: str) -> float:
    found = re.search(r"answers, ([\d.]+) s after", output)
    assert found is not None
    return float(found.group(1))


def cpu_seconds() -> float:
    """The work of all commands that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def slowness() -> float:
    """How many times longer the same work takes now than on the idle machine on which the bounds were set."""
    began = time.process_time()
    sum(number * number for number in range(5_000_000))
    return max(1.0, (time.process_time() - began) / 0.22)


def seconds_taken(demo: Running, worked_before: float) -> float:
    """How long a demo that has ended took to answer, on the idle machine on which the bounds were set.

    Beside other tests it waits for its turn; its work alone then has to fit into the time.
    """
    return min(seconds_printed(demo.output), cpu_seconds() - worked_before) / slowness()


def test_demo_serves_from_nothing_and_writes_nothing_elsewhere(
    checkout: Path, bare_environment: dict[str, str], tmp_path: Path
) -> None:
    port, worked_before = free_port(), cpu_seconds()
    with running(["make", "demo", f"PORT={port}"], checkout, bare_environment) as demo:
        demo.wait_for(f"http://localhost:{port}/docs", seconds=240)
        assert status(f"http://127.0.0.1:{port}/health/live") == 200
        assert status(f"http://127.0.0.1:{port}/docs") == 200
        demo.stop()
    assert seconds_taken(demo, worked_before) < COLD_SECONDS
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert list((tmp_path / "home").iterdir()) == []
    assert (checkout / ".tools" / "uv" / "bin" / "uv").exists()
    assert {path.name for path in checkout.iterdir()} - {path.name for path in ROOT.iterdir()} <= {".tools", "build"}


def test_demo_is_quick_the_second_time(checkout: Path, clean_environment: dict[str, str]) -> None:
    for attempt in range(2):
        port, worked_before = free_port(), cpu_seconds()
        with running(["make", "demo", f"PORT={port}"], checkout, clean_environment) as demo:
            demo.wait_for("Ctrl-C stops it", seconds=240)
            assert status(f"http://127.0.0.1:{port}/openapi.json") == 200
            demo.stop()
        assert attempt == 0 or seconds_taken(demo, worked_before) < WARM_SECONDS


def test_demo_says_that_the_port_is_taken(checkout: Path, clean_environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = make(checkout, clean_environment, "demo", f"PORT={port}")
    assert complaint(done) == f"Port {port} is taken. Choose another, for example: make demo PORT=8765"
    assert not (checkout / "build").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80 80", "9" * 40, "٣٣٣٣", "", "8000;id"])
def test_demo_refuses_what_is_no_port(checkout: Path, clean_environment: dict[str, str], port: str) -> None:
    line = complaint(make(checkout, clean_environment, "demo", f"PORT={port}"))
    assert line.startswith("PORT must be a number from 1 to 65535, not ")


def test_new_asks_where(checkout: Path, clean_environment: dict[str, str]) -> None:
    line = complaint(make(checkout, clean_environment, "new"))
    assert line == "Say where the service goes: make new DEST=../my-service"


def test_new_leaves_a_folder_with_content_alone(
    checkout: Path, clean_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work")
    line = complaint(make(checkout, clean_environment, "new", f"DEST={tmp_path / 'full'}"))
    assert line.endswith("is not empty; choose a new folder. Nothing was written.")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("destination", "reason"),
    [("template/x", "lies inside"), ("../file", "is a file"), ("../file/x/y", "is a file")],
)
def test_new_refuses_a_place_that_cannot_be_one(
    checkout: Path, clean_environment: dict[str, str], destination: str, reason: str
) -> None:
    (checkout.parent / "file").touch()
    assert reason in complaint(make(checkout, clean_environment, "new", f"DEST={destination}"))
    assert not (checkout / "template" / "x").exists()


def test_new_asks_the_questions(checkout: Path, clean_environment: dict[str, str]) -> None:
    terminal = pexpect.spawn(
        "make",
        ["new", "DEST=../my service"],
        cwd=str(checkout),
        env=clean_environment,
        encoding="utf-8",
        timeout=120,
        dimensions=(50, 160),
    )
    terminal.expect("What is the service called")
    terminal.send("\b" * 20 + "Orders\r")
    for text in (
        "folder, image",
        "one sentence",
        "maintains it",
        "e-mail",
        "license",
        "Which Python",
        "Where does the data live",
        "prove who they are",
        "make API keys",
        "example domain",
        "share a cache",
        "leaves behind",
        "measure itself",
        "send traces",
        "reported to Sentry",
        "checks and tests run",
        "come as an image",
        "run on Kubernetes",
        "development container",
    ):
        terminal.expect(text)
        terminal.send("\r")
    terminal.expect("Orders is ready")
    terminal.expect_exact(f"cd '{checkout.parent / 'my service'}'")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    answers = yaml.safe_load((checkout.parent / "my service" / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers["project_slug"] == "orders"


@pytest.mark.parametrize("target", ["demo", "new", "test", "test-deps", "reproduce", "check", "release"])
def test_says_which_python_it_needs(
    checkout: Path, clean_environment: dict[str, str], tmp_path: Path, target: str
) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for python in (str(old), "no-such-python"):
        line = complaint(make(checkout, clean_environment, target, f"PYTHON={python}"))
        assert line == f"This needs Python 3.11 or newer as {python}; choose another: make {target} PYTHON=python3.13"


def test_help_names_every_command(checkout: Path, clean_environment: dict[str, str]) -> None:
    shown = make(checkout, clean_environment, "help").stdout
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+) +\S", shown, flags=re.MULTILINE)
    assert set(named) == set(phony.split()) - {"python", "tools"}
    assert {"demo", "new", "test", "test-all", "check", "format", "release", "help"} <= set(named)


def test_format_mends_what_check_refuses(checkout: Path, clean_environment: dict[str, str]) -> None:
    untidy = checkout / "tools" / "untidy.py"
    untidy.write_text('"""Untidy."""\nimport  os\n\n__all__=["os"]\n')
    assert "untidy.py" in make(checkout, clean_environment, "check").stdout
    assert make(checkout, clean_environment, "format").returncode == 0
    assert untidy.read_text() == '"""Untidy."""\n\nimport os\n\n__all__ = ["os"]\n'
    untidy.unlink()
    assert make(checkout, clean_environment, "check").returncode == 0


def test_uvx_copies_without_a_clone(
    checkout: Path, default: Path, clean_environment: dict[str, str], tmp_path: Path
) -> None:
    """The files of plain Copier, in a process of its own, are those on which the tests of this process look."""
    command = ["uvx", "copier", "copy", "--defaults", str(checkout), "my-service"]
    program = shutil.which("uvx", path=clean_environment["PATH"]) or "uvx"
    done = subprocess.run(
        [program, *command[1:]], cwd=tmp_path, env=clean_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "make dev" in done.stderr
    plain, quick = content(tmp_path / "my-service"), content(default)
    assert "Makefile" in plain
    for files in (plain, quick):
        del files[".copier-answers.yml"]  # it names the folder of the template
    assert plain == quick
