"""What `make resource` adds to `domains.py` and `pyproject.toml`, and where."""

import pytest

from tools.resource import Refused
from tools.resource.clashes import require_clear_names
from tools.resource.edits import with_domain, with_layer
from tools.resource.names import Name

NAME = Name("notes2", "note2")
DOMAINS = """\"\"\"Ours.\"\"\"

from app.items.router import router as items
{imports}from app.web.domain import Domain

DOMAINS: tuple[Domain, ...] = ({entries})
# The end.
"""
ENTRY = '    Domain(notes2, scope="notes2"),\n'
IMPORT = "from app.notes2.router import router as notes2\n"
LAYERS = """[tool.other]
domains = ["domains"]

[[tool.importlinter.contracts]]
name = "Inside"
type = "layers"
containers = ["app.*"]
layers = ["router", "service"]

[[tool.importlinter.contracts]]
type = "layers"
containers = ["app"]
layers = [
    "api",
    "domains",  # one line each
    {}"(items)",
]
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n    Domain(items),\n", f"\n    Domain(items),\n{ENTRY}"),
        ("\n    # None yet.\n", f"\n    # None yet.\n{ENTRY}"),
        ("", f"\n{ENTRY}"),
    ],
)
def test_the_entry_is_the_last_of_its_tuple(before: str, after: str) -> None:
    text = with_domain(DOMAINS.format(imports="", entries=before), NAME)

    assert text == DOMAINS.format(imports=IMPORT, entries=after)


@pytest.mark.parametrize(
    ("there", "earlier"),
    [
        ("notes", True),
        ("notes1", True),
        ("notes10", False),
        ("notes2a", False),
        ("orders", False),
        ("notes_a", False),
        ("item", True),
    ],
)
def test_the_import_is_where_the_linter_wants_it(there: str, earlier: bool) -> None:  # noqa: FBT001
    other = f"from app.{there}.router import router as {there}\n"

    text = with_domain(DOMAINS.format(imports=other, entries=""), NAME)

    assert (text.index(other) < text.index(IMPORT)) == earlier


@pytest.mark.parametrize(
    "text",
    [
        DOMAINS.format(imports="", entries="Domain(items),"),
        DOMAINS.format(imports="", entries="\n    Domain(items),").replace(",)", ", )"),
        "from app.web.domain import Domain\n",
        "DOMAINS = ()\n",
        "from app.web.domain import Domain\nDOMAINS = [\n]\n",
    ],
)
def test_refuses_another_shape_of_domains(text: str) -> None:
    with pytest.raises(Refused, match=r"^src/app/domains\.py"):
        with_domain(text, NAME)


def test_the_newest_domain_is_above_the_older_ones() -> None:
    once = with_layer(LAYERS.format(""), NAME)

    assert once == LAYERS.format('"notes2",\n    ')
    assert with_layer(once, Name("tops", "top")) == LAYERS.format('"tops",\n    "notes2",\n    ')


def test_without_a_contract_there_is_nothing_to_add() -> None:
    assert with_layer("[tool.other]\nx = 1\n", NAME) == "[tool.other]\nx = 1\n"


@pytest.mark.parametrize(
    "text", [LAYERS.format("").replace('    "domains",', ""), LAYERS.format("").replace('"domains",', '"x | domains",')]
)
def test_refuses_layers_without_a_place(text: str) -> None:
    with pytest.raises(Refused, match=r"^pyproject\.toml: .* no line"):
        with_layer(text, NAME)


@pytest.mark.parametrize(
    "source",
    [
        "from a import Page\nclass Page: ...\n",
        "from datetime import date\nclass Note:\n    date: date\n",
        "from a import status\ndef f():\n    status = 1\n",
        "async def f(actor, *, x):\n    actor = 1\n",
        "import a\na = 1\n",
    ],
)
def test_refuses_a_name_with_two_meanings(source: str) -> None:
    with pytest.raises(Refused, match=r"would mean two things in models\.py"):
        require_clear_names("models.py", source)


def test_accepts_names_with_one_meaning() -> None:
    require_clear_names("models.py", "from datetime import date\nclass Note:\n    day: date\ndef f(a):\n    b = a\n")
