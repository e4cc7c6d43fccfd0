"""What the import contracts in pyproject.toml cannot say."""

import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "app"
IMPORT = re.compile(r"^from app\.(\w+)\.repository import", re.MULTILINE)


def test_a_repository_is_private_to_its_domain() -> None:
    found = set()
    for file in SOURCE.rglob("*.py"):
        package = file.relative_to(SOURCE).parts[0]
        found |= {(package, domain) for domain in IMPORT.findall(file.read_text(encoding="utf-8"))}
    named = {domain for _, domain in found}
    assert named | {"core"} == {path.parent.name for path in SOURCE.glob("*/repository.py")} | {"core"}
    assert not {(package, domain) for package, domain in found if domain not in {package, "core"}}


def test_there_is_no_drawer_for_everything() -> None:
    names = {file.stem for file in SOURCE.rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "common", "misc"}
