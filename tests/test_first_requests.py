"""The requests that the service's documents show, word for word, against the service that `make dev` starts."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import Answers
from tests.documented import blocks, served

# An error of the service ends the script; a person would read it.
STRICT = 'set -euo pipefail; curl() { command curl --fail-with-body --silent --show-error "$@"; }\n'
RULE = "== the next block =="
# The domain that docs/api-keys.md speaks to.
RESOURCE = re.compile(r"^make resource name=invoices .*$", re.MULTILINE)

# Documents, and of each of their blocks the language and something that it prints.
Shown = dict[str, list[tuple[str, str]]]
README: Shown = {"README.md": [("console", "Bicycle")]}
LOGIN: Shown = README | {"docs/authentication.md": [("console", '"id":"'), ("python", "ada@example.com")]}
KEYS: Shown = LOGIN | {"docs/api-keys.md": [("console", '"items":[]'), ("python", "'items': []"), ("console", "svk_")]}
PROVIDER: Shown = README | {"docs/oidc.md": [("console", '"sub":"app"'), ("python", "'sub': 'app'")]}
CASES: dict[str, tuple[Answers, Shown]] = {
    "jwt": ({"auth": "jwt"}, LOGIN),
    "jwt and keys": ({"auth": "jwt", "api_keys": True}, KEYS),
    "session and keys": ({"auth": "session", "api_keys": True}, KEYS),
    "oidc": ({"auth": "oidc"}, PROVIDER),
    "oidc without a database": ({"auth": "oidc", "database": "none"}, PROVIDER),
    "none": ({"auth": "none"}, README),
}


def script(shown: list[tuple[str, str]], python: Path) -> str:
    """One terminal for all blocks: a variable that one of them sets is there for the next."""
    commands = [f"{python} - <<'END'\n{text}END\n" if language == "python" else text for language, text in shown]
    return STRICT + f"echo '{RULE}'\n".join(commands)


@pytest.mark.parametrize("case", CASES)
def test_work_as_they_stand_in_the_documents(
    project: Callable[[Answers], Path], clean_environment: dict[str, str], case: str
) -> None:
    answers, expected = CASES[case]
    folder = project(answers)
    shown = [block for name in expected for block in blocks(folder / name, "console", "python")]
    prints = [block for of_document in expected.values() for block in of_document]
    assert [language for language, _ in shown] == [language for language, _ in prints]
    if "docs/api-keys.md" in expected:
        (command,) = RESOURCE.findall((folder / "CONTRIBUTING.md").read_text(encoding="utf-8"))
        subprocess.run(["bash", "-c", command], cwd=folder, env=clean_environment, check=True, timeout=300)
    with served(folder, clean_environment, answers) as service:
        commands = service.local(script(shown, folder / ".venv" / "bin" / "python"))
        done = subprocess.run(
            ["bash", "-c", commands],
            cwd=folder,
            env=clean_environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    outputs = done.stdout.split(f"{RULE}\n")
    assert [text for output, (_, text) in zip(outputs, prints, strict=True) if text not in output] == [], outputs
