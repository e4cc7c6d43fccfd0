"""`python -m tools.resource invoices "number:str:unique amount:decimal"`; see `make help`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from alembic.util import rev_id
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.core.clock import utc_now
from tools.resource import Refused
from tools.resource.domain import Domain
from tools.resource.edits import DOMAINS, PROJECT, with_domain, with_layer
from tools.resource.fields import parse_fields
from tools.resource.names import parse_name
from tools.resource.project import find_head, find_target, require_free, text_of
from tools.resource.staging import install, staged

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path("tools", "resource", "templates")


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write a domain and say what was written; return 1, with nothing written, when it cannot be."""
    try:
        domain = describe(root, arguments)
        written = write(root, domain)
    except Refused as reason:
        print(f"Nothing written. {reason}", file=sys.stderr)
        return 1
    print("\n".join(written))
    print(f"\nThat is the domain of {domain.name.many}: each is {domain.name.a}, and belongs to the user who made it.")
    print("Say what its fields mean in schemas.py. The next commands: make migrate, make check, make test.")
    return 0


def describe(root: Path, arguments: Sequence[str]) -> Domain:
    """Read what is asked for and check it against the project.

    Raises:
        Refused: when it cannot be written.

    """
    if not arguments:
        raise Refused('It has no name; make resource name=invoices fields="number:str:unique amount:decimal"')
    name = parse_name(arguments[0])
    fields = parse_fields(" ".join(arguments[1:]).split())
    require_free(root, name)
    targets = {field.target: find_target(root, field.target) for field in fields if field.target}
    return Domain(name, fields, targets, rev_id(), find_head(root), utc_now())


def render(root: Path, domain: Domain) -> dict[str, str]:
    """Return the texts of all new files by their names; an empty text would be a template that is not needed."""
    loader = FileSystemLoader(root / TEMPLATES)
    jinja = Environment(
        loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    plural = domain.name.plural
    migration = f"migrations/versions/{domain.made:%Y%m%d}_{domain.revision}_add_{plural}.py"
    names = {"migration.py.j2": migration}
    for template in jinja.list_templates(extensions=["j2"]):
        folder, _, file = template.removesuffix(".j2").rpartition("/")
        if folder:
            place = f"src/app/{plural}" if folder == "package" else f"tests/{plural}"
            names[template] = f"{place}/{file.replace('NAME', plural)}"
    return {
        file: jinja.get_template(template).render(domain=domain, name=domain.name) for template, file in names.items()
    }


def write(root: Path, domain: Domain) -> list[str]:
    """Write everything or nothing; return the names of what was written.

    Raises:
        Refused: when a name clashes, or the project's linter objects.

    """
    files = render(root, domain)
    edits = {
        DOMAINS: with_domain(text_of(root / DOMAINS), domain.name),
        PROJECT: with_layer(text_of(root / PROJECT), domain.name),
    }
    migration = next(name for name in files if name.startswith("migrations/"))
    folders = [f"src/app/{domain.name.plural}", f"tests/{domain.name.plural}"]
    with staged(root, files, edits) as stage:
        install(stage, root, folders=folders, migration=migration, edited=list(edits))
    return [*sorted(files), *(f"{name} (changed)" for name in edits)]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
