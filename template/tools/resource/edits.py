"""The lines that existing files get: two in `domains.py`, one in `pyproject.toml`. Nothing else in them changes."""

import ast
import re
import tomllib
from itertools import pairwise

from tools.resource import Refused
from tools.resource.names import Name

DOMAINS, PROJECT = "src/app/domains.py", "pyproject.toml"
TOP_LAYER = "domains"


def with_domain(text: str, name: Name) -> str:
    """Return `domains.py` with one more import and one more `Domain`.

    Raises:
        Refused: when its tuple `DOMAINS` does not end on a line of its own.

    """
    module = ast.parse(text)
    imports = [part for part in module.body if isinstance(part, ast.ImportFrom) and (part.module or "")[:4] == "app."]
    table = next((value for part in module.body if (value := value_of_domains(part))), None)
    if not isinstance(table, ast.Tuple) or table.end_lineno is None or not imports:
        raise Refused(f"{DOMAINS} has no tuple DOMAINS, or imports nothing of the service.")
    lines = text.splitlines(keepends=True)
    entry = f'    Domain({name.plural}, scope="{name.path}"),\n'
    if lines[table.end_lineno - 1].strip() == ")":
        lines.insert(table.end_lineno - 1, entry)
    elif not table.elts and lines[table.end_lineno - 1].rstrip().endswith("()"):
        lines[table.end_lineno - 1] = lines[table.end_lineno - 1].rstrip().removesuffix(")") + f"\n{entry})\n"
    else:
        raise Refused(f"{DOMAINS}: the bracket that closes DOMAINS has to stand on a line of its own.")
    module_name = f"app.{name.plural}.router"
    later = [part.lineno - 1 for part in imports if natural(part.module or "") > natural(module_name)]
    place = min(later, default=imports[-1].end_lineno or 0)
    lines.insert(place, f"from {module_name} import router as {name.plural}\n")
    return "".join(lines)


def value_of_domains(part: ast.stmt) -> ast.expr | None:
    """Return what a statement assigns to `DOMAINS`, None when it does something else."""
    targets = part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else []
    named = any(isinstance(target, ast.Name) and target.id == "DOMAINS" for target in targets)
    return part.value if named and isinstance(part, ast.Assign | ast.AnnAssign) else None


def natural(module: str) -> list[tuple[str, int]]:
    """Return a key that sorts modules as the linter does: by character, but numbers by their value."""
    return [("0", int(part)) if part.isdigit() else (part, 0) for part in re.findall(r"\d+|\D", module)]


def with_layer(text: str, name: Name) -> str:
    """Return `pyproject.toml` with the domain as a layer of its own, on top of all older domains.

    So a domain may use older ones, as references do, and never the other way round: no circles. Domains that
    are to know nothing of each other share a line, as import-linter has it: `"invoices | projects"`.

    Raises:
        Refused: when the layers have no line of `domains`.

    """
    before = layers_of(text)
    if before is None:
        return text
    after, found = re.subn(
        rf'^(?P<indent>[ \t]*)"{TOP_LAYER}",[^\n]*\n', rf'\g<0>\g<indent>"{name.plural}",\n', text, flags=re.MULTILINE
    )
    if found != 1 or (TOP_LAYER, name.plural) not in pairwise(layers_of(after) or []):
        raise Refused(f'{PROJECT}: the contract about layers has no line `"{TOP_LAYER}",` of its own.')
    return after


def layers_of(text: str) -> list[str] | None:
    """Return the layers of the package itself, None when there is no such contract."""
    contracts = tomllib.loads(text).get("tool", {}).get("importlinter", {}).get("contracts", [])
    return next((list(contract["layers"]) for contract in contracts if contract.get("containers") == ["app"]), None)
