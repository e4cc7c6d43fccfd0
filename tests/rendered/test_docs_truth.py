"""What documents say of modules, settings, routes, folders and layers is so in this service, whatever was answered."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.api import include_routers
from tools.tests.test_docs_links import DOCUMENTS, ROOT

# A changelog tells what was; the list of files has no claims but names, which may be gone.
HISTORY = {"CHANGELOG.md", "ownership.md"}
TRUE_NOW = [document for document in DOCUMENTS if document.name not in HISTORY]
#: What documents call a domain that does not exist, and the example, which is yours to delete.
EXAMPLES = {"invoices", "items"}

PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(r"^\s*from ((?:app|tests)[\w.]*) import (.+)$", re.MULTILINE)
SETTING = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`\n]*)?`")
ROUTE = re.compile(r"/api/v1/([\w/{}$-]*[\w}])")
FOLDER = re.compile(r"^\| `(\w+)/` \|", re.MULTILINE)

# Names that documents have and .env.example has not: who reads them.
READ_ELSEWHERE = {
    "HTTPS_PROXY": "libraries that call others",
    "REQUIRE_SERVICES": "tests that would be skipped",
    "SSL_CERT_FILE": "libraries that call others",
    "UV_LOCKED": "uv",
}
#: Where the servers of the tests are.
OF_TESTS = re.compile(r"TEST_[A-Z]+_URL")
#: Documents of libraries whose settings have the library's names, more than the service checks.
OF_LIBRARIES = {"tracing.md"}

by_name = pytest.mark.parametrize("document", TRUE_NOW, ids=lambda document: str(document.relative_to(ROOT)))


def settings() -> set[str]:
    """Return the settings that the service has."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# ?)?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def constants() -> set[str]:
    """Return the names in capitals that the code has: documents say where a number that is no setting stands."""
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("src/app/**/*.py")]
    return {name for text in texts for name in re.findall(r"^([A-Z][A-Z0-9_]+)(?:: \w+)? = ", text, re.MULTILINE)}


def routes() -> list[re.Pattern[str]]:
    """Return what matches the paths that the service has, whatever their parameters are called."""
    app = FastAPI()
    include_routers(app)
    return [re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))) for path in app.openapi()["paths"]]


def is_there(module: str, name: str) -> bool:
    """Tell whether the name can be imported."""
    if set(module.split(".")) & EXAMPLES:
        return True
    try:
        return hasattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return False


@by_name
def test_what_examples_import_is_there(document: Path) -> None:
    code = "\n".join(PYTHON_BLOCK.findall(document.read_text(encoding="utf-8")))
    imported = [(module, name.split()[0]) for module, names in IMPORT.findall(code) for name in names.split(",")]
    assert [f"{module}.{name}" for module, name in imported if not is_there(module, name)] == []


@by_name
def test_settings_that_are_named_exist(document: Path) -> None:
    named = set(SETTING.findall(document.read_text(encoding="utf-8"))) if document.name not in OF_LIBRARIES else set()
    unknown = named - settings() - constants() - READ_ELSEWHERE.keys()
    assert sorted(name for name in unknown if not OF_TESTS.fullmatch(name)) == []


@by_name
def test_routes_that_are_named_exist(document: Path) -> None:
    named = {path for path in ROUTE.findall(document.read_text(encoding="utf-8")) if path.split("/")[0] not in EXAMPLES}
    known = routes() if named else []
    assert sorted(path for path in named if not any(route.fullmatch(f"/api/v1/{path}") for route in known)) == []


def test_the_folders_of_tests_are_there() -> None:
    named = FOLDER.findall((ROOT / "docs" / "testing.md").read_text(encoding="utf-8"))
    assert len(named) > 1
    assert [name for name in named if not (ROOT / "tests" / name).is_dir()] == []


def test_the_layers_are_those_that_are_checked() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lines = text.partition("## The layers")[2].split("```")[1].strip().splitlines()
    named = [re.split(r"\s{2,}", line)[0] for line in lines]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checked = project["tool"]["importlinter"]["contracts"][0]["layers"]
    # One line stands for all domains of yours, those that `domains.py` knows; in brackets is what may be missing.
    domains = (ROOT / "src" / "app" / "domains.py").read_text(encoding="utf-8")
    yours = set(re.findall(r"^from app\.(\w+)\.router ", domains, re.MULTILINE))
    assert "<your domains>" in named
    assert [set(line.split(", ")) for line in named if line != "<your domains>"] == [
        set(layer.split(" | ")) for layer in checked if layer not in yours and not layer.startswith("(")
    ]
