"""The requests that the service's documents show, word for word, against the service that `make dev` starts."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import Answers
from tests.processes import free_port, running

BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# An error of the service ends the script; a person would read it.
STRICT = 'set -euo pipefail; curl() { command curl --fail-with-body --silent --show-error "$@"; }\n'


def blocks(document: Path) -> list[tuple[str, str]]:
    """Language and text of the blocks that speak to the service on this machine."""
    found = BLOCK.findall(document.read_text(encoding="utf-8"))
    return [(language, text) for language, text in found if "http://localhost:8000" in text]


@pytest.mark.parametrize("auth", ["jwt", "session"])
def test_work_as_they_stand_in_the_documents(
    project: Callable[[Answers], Path], clean_environment: dict[str, str], auth: str
) -> None:
    folder = project({"auth": auth})
    shown = blocks(folder / "README.md") + blocks(folder / "docs" / "authentication.md")
    assert [language for language, _ in shown] == ["console", "console", "python"]
    port = free_port()
    environment = clean_environment | {"PORT": str(port), "PUBLIC_URL": f"http://localhost:{port}"}
    with running(["make", "dev"], folder, environment) as server:
        server.wait_for("startup complete", 120)
        for language, text in shown:
            local = text.replace("localhost:8000", f"localhost:{port}")
            python = [str(folder / ".venv" / "bin" / "python"), "-c", local]
            command = ["bash", "-c", STRICT + local] if language == "console" else python
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
            assert done.returncode == 0, f"{local}\n{done.stdout}\n{done.stderr}\n{server.output}"
            assert "ada@example.com" in done.stdout or "/auth/token" in local
