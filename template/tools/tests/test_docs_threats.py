"""Every threat in the documents is held by tests."""

import re
from pathlib import Path

import pytest

from tools.tests.test_docs_links import DOCUMENTS, ROOT, TEST_FILE, is_there

HEADING = "\n## Threats\n"
ROW = re.compile(r"^\| (?!threat |-)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PROMISED = re.compile(r"\]\((docs/[\w-]+\.md)\) has the threats")


def threats(document: Path) -> str:
    """Return the part of a document that lists threats; empty where there is none."""
    return document.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]


WITH_THREATS = [document for document in DOCUMENTS if threats(document)]


def test_the_documents_that_are_said_to_have_threats_have_them() -> None:
    promised = PROMISED.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert promised
    assert sorted(promised) == [document.relative_to(ROOT).as_posix() for document in WITH_THREATS]


@pytest.mark.parametrize("document", WITH_THREATS, ids=lambda document: document.name)
def test_each_threat_names_the_tests_that_hold_what_is_promised(document: Path) -> None:
    rows = ROW.findall(threats(document))
    assert len(rows) > 9
    for threat, _, tests in rows:
        named = TEST_FILE.findall(tests)
        # Nothing else stands there, such as a name that is mistyped.
        assert ", ".join(f"`{name}`" for name in named) == tests, threat
        assert all(map(is_there, named)), threat
