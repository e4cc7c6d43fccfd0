"""docs/files.md is what renders with each answer give."""

from tests.conftest import Render
from tools.option_files import DOCUMENT, content, document, flips, questions

ASKED = {
    "_subdirectory": "template",
    "name": {"type": "str", "default": "x"},
    "engine": {"type": "str", "choices": {"One": "one", "Two": "two", "None": "none"}},
    "extra": {"type": "bool", "default": False},
    "computed": {"type": "bool", "default": True, "when": False},
}
SMALL = {
    "": {"README.md": b"a", "src/main.py": b"a", "docs/ownership.md": b"a"},
    "two": {"README.md": b"b", "src/main.py": b"a", "src/two.py": b"", "src/three.py": b"", "docs/ownership.md": b"b"},
    "none": {"README.md": b"a", "docs/ownership.md": b"b"},
    "True": {"README.md": b"b", "src/main.py": b"a", "docs/ownership.md": b"b"},
}


def test_the_document_is_what_renders_give(render: Render) -> None:
    found = document(questions(), lambda answers: content(render(**answers)))
    assert DOCUMENT.read_text(encoding="utf-8") == found, "make files"


def test_every_value_that_is_no_default_has_a_section() -> None:
    assert list(flips(ASKED)) == [{"engine": "two"}, {"engine": "none"}, {"extra": True}]


def test_a_section_says_what_comes_goes_and_changes() -> None:
    text = document(ASKED, lambda answers: SMALL["".join(map(str, answers.values()))])
    sections = [part.split("\n\n", 1) for part in text.split("\n## ")[1:]]
    assert "has 3 files" in text
    assert [name for name, _ in sections] == ["engine = two", "engine = none", "extra = true"]
    added = "Adds 2 files:\n\n- `src/`: `three.py`, `two.py`\n\nChanges 1 file:\n\n- `README.md`\n"
    assert sections[0][1].strip() == added.strip()
    assert sections[1][1].strip() == "Leaves out 1 file:\n\n- `src/`: `main.py`"
