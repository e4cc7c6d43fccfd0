"""The threats of docs/authentication.md are held by tests."""

from tools.tests.test_docs_links import ROOT, TEST_FILE


def test_the_threat_table_names_tests() -> None:
    text = (ROOT / "docs" / "authentication.md").read_text(encoding="utf-8")
    assert len(TEST_FILE.findall(text)) > 10
