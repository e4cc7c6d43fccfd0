"""What the project has already: its domains, tables, classes and migrations."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from uuid import UUID

from alembic.config import Config
from alembic.script import ScriptDirectory

from tools.resource import Refused
from tools.resource.names import Name

APP = Path("src", "app")
TABLE = re.compile(r'^    __tablename__ = "(\w+)"', re.MULTILINE)
PREFIX = re.compile(r'^router = APIRouter\(prefix="/([a-z0-9-]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """A domain that a `ref` points to. `example` is a valid new one, where its tests have no factory for it."""

    name: Name
    table: str
    path: str
    deletable: bool
    example: dict[str, object] | None


def text_of(path: Path) -> str:
    """Return the text of a file, empty when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def statements(path: Path) -> list[ast.stmt]:
    """Return the statements of a module, none when there is no such file."""
    return ast.parse(text_of(path)).body


def defined(path: Path) -> set[str]:
    """Return the classes, functions and plain names that a module defines, and its methods as `Class.method`."""
    found: set[str] = set()
    for statement in statements(path):
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(statement.name)
        if isinstance(statement, ast.ClassDef):
            methods = (part for part in statement.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{statement.name}.{method.name}" for method in methods}
        if isinstance(statement, ast.Assign):
            found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return found


def require_free(root: Path, name: Name) -> None:
    """Refuse a domain whose package, table, classes or operations are there already."""
    for folder in (APP / name.plural, APP / f"{name.plural}.py", Path("tests", name.plural)):
        if (root / folder).exists():
            raise Refused(f"{folder.as_posix()} exists.")
    kinds = ("", "Base", "Create", "Update", "Page", "Model", "Service", "Repository")
    classes = {f"{name.pascal}{kind}" for kind in kinds}
    operations = {f"page_{name.plural}", *(f"{verb}_{name.singular}" for verb in ("create", "get", "update", "delete"))}
    for path in sorted((root / APP).rglob("*.py")):
        shown = path.relative_to(root).as_posix()
        if name.plural in TABLE.findall(text_of(path)):
            raise Refused(f"The table {name.plural!r} exists: see {shown}.")
        wanted = classes | operations if path.name.endswith("router.py") else classes
        # Most files do not even mention one, and parsing takes longer than reading.
        if not any(word in text_of(path) for word in wanted):
            continue
        if taken := sorted(defined(path) & wanted):
            raise Refused(f"{taken[0]} exists in {shown}; choose another name.")


def find_target(root: Path, plural: str) -> Target:
    """Return a domain by its name.

    Raises:
        Refused: when there is none of the usual shape whose rows have an owner.

    """
    folder = root / APP / plural
    services = [name.removesuffix("Service") for name in defined(folder / "service.py") if name.endswith("Service")]
    if len(services) != 1 or 'ForeignKey("users.id"' not in text_of(folder / "models.py"):
        raise Refused(f"There is no domain {plural!r} whose rows belong to a user.")
    name = Name(plural, re.sub(r"(?<!^)(?=[A-Z])", "_", services[0]).lower())
    for file, needed in (
        ("service.py", f"{name.pascal}Service.get_{name.singular}"),
        ("dependencies.py", f"{name.pascal}ServiceDep"),
        ("errors.py", f"{name.pascal}NotFound"),
    ):
        if needed not in defined(folder / file):
            raise Refused(f"A reference to {plural!r} needs {needed} in {(APP / plural / file).as_posix()}.")
    table, path = TABLE.search(text_of(folder / "models.py")), PREFIX.search(text_of(folder / "router.py"))
    if not table or not path:
        raise Refused(f"A reference to {plural!r} needs its table in models.py and its address in router.py.")
    deletable = f"{name.pascal}Service.delete_{name.singular}" in defined(folder / "service.py")
    has_factory = f"make_{name.singular}" in defined(root / "tests" / plural / "factories.py")
    example = None if has_factory else dict(example_of(name))
    return Target(name, table[1], path[1], deletable, example)


def example_of(name: Name) -> Iterator[tuple[str, object]]:
    """Yield the fields that a new row needs, each with the example of its schema."""
    schema = getattr(import_module(f"app.{name.plural}.schemas"), f"{name.pascal}Create", None)
    for field, info in schema.model_fields.items() if schema else ():
        if info.is_required() and (info.annotation is UUID or not info.examples):
            raise Refused(f"A reference to {name.plural!r} needs make_{name.singular} in its tests' factories.py.")
        if info.is_required():
            yield field, info.examples[0]


def find_head(root: Path) -> str:
    """Return the newest migration.

    Raises:
        Refused: when there are several or none.

    """
    heads = ScriptDirectory.from_config(Config(toml_file=root / "pyproject.toml")).get_heads()
    if len(heads) != 1:
        raise Refused(f"The migrations have {len(heads)} heads ({', '.join(sorted(heads))}); they need exactly one.")
    return heads[0]
