"""Documents point to what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
TEST_FILE = re.compile(r"`((?:tests|tools/tests)/[\w/]+\.py)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_and_named_tests_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    missing += [name for name in TEST_FILE.findall(text) if not (ROOT / name).exists()]
    assert not missing


def test_the_threat_table_names_tests() -> None:
    text = (ROOT / "docs" / "authentication.md").read_text(encoding="utf-8")
    assert len(TEST_FILE.findall(text)) > 10
