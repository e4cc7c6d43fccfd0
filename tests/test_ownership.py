"""ownership.toml is the one list: the document, the exclusions and every render agree with it."""

import ast
import re
from pathlib import Path

import pytest

from tests.combinations import COMBINATIONS, Answers
from tests.conftest import ROOT, Render
from tests.test_exclusions import ONCE, paths
from tools.ownership import DOCUMENT, document, load, owner_of

LISTS, GONE = load()
ENTRIES = [
    (owner, condition, entry)
    for owner, conditions in LISTS.items()
    for condition, entries in conditions.items()
    for entry in entries
]
# Answers from which a computed one follows; to give it would leave out the files that follow from the others.
COMPUTED: dict[str, Answers] = {"composed": {"redis": True}}


def answers_for(condition: str) -> Answers:
    """Answers that make a condition of the template true."""
    name, _, value = condition.partition(" == ")
    return {} if name == "always" else COMPUTED.get(name) or {name: value.strip("'") or True}


def test_the_document_is_written_from_the_list() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert document(text, LISTS) == text, "make format writes it"


def test_an_update_keeps_away_from_what_is_yours() -> None:
    yours = [f"/{entry}" for owner, _, entry in ENTRIES if owner == "yours"]
    assert sorted(ONCE) == sorted(yours)


def test_no_domain_of_a_team_gets_the_name_of_what_another_answer_brings(render: Render) -> None:
    text = (ROOT / "template" / "tools" / "resource" / "names.py").read_text(encoding="utf-8")
    (reserved,) = re.findall(r"^RESERVED = (\{.*?\})", text, flags=re.MULTILINE | re.DOTALL)
    ours = [{path.stem for path in (render(**answers) / "src" / "app").iterdir()} for answers in COMBINATIONS.values()]
    in_some = {name for names in ours for name in names if not all(name in others for others in ours)}
    assert in_some - ast.literal_eval(reserved) == set()


@pytest.mark.parametrize("answers", COMBINATIONS.values(), ids=COMBINATIONS)
def test_every_rendered_file_has_an_owner(render: Render, answers: Answers) -> None:
    assert [path for path in sorted(paths(render(**answers))) if owner_of(path, LISTS) is None] == []


@pytest.mark.parametrize(("owner", "condition", "entry"), ENTRIES)
def test_every_entry_is_in_a_service_that_has_it(render: Render, owner: str, condition: str, entry: str) -> None:
    assert (render(**answers_for(condition)) / entry).exists()


@pytest.mark.parametrize("answers", COMBINATIONS.values(), ids=COMBINATIONS)
def test_the_rendered_document_names_what_is_there(render: Render, answers: Answers) -> None:
    folder: Path = render(**answers)
    text = (folder / "docs" / "ownership.md").read_text(encoding="utf-8")
    named = [line.removeprefix("- `").removesuffix("`") for line in text.splitlines() if line.startswith("- `")]
    assert named
    assert [name for name in named if not (folder / name).exists()] == []


def test_what_is_gone_is_not_there_and_has_a_way_out(render: Render) -> None:
    assert [path for path in GONE if (render() / path).exists()] == []
    assert [path for path, way_out in GONE.items() if len(way_out.split()) < 3] == []
