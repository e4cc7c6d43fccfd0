"""Documents point to what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
# `security/test_jwks.py` and the like lie in tests/ unless they say otherwise; invoices are the documents' example.
TEST_FILE = re.compile(r"`((?!tests/invoices)[\w/]+/test_\w+\.py)`")


def is_there(name: str) -> bool:
    """Tell whether a test that a document names exists, or went with the example, which is yours to delete."""
    gone = name.startswith("items/") and not (ROOT / "src" / "app" / "items").exists()
    return gone or (ROOT / name).exists() or (ROOT / "tests" / name).exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_and_named_tests_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    # What is yours may be gone, or came to be after your service.
    named = [] if document.name == "ownership.md" else TEST_FILE.findall(text)
    missing += [name for name in named if not is_there(name)]
    assert not missing
