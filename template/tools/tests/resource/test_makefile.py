"""`make resource` of somebody who did not say what."""

from pathlib import Path

from tools.tests.playing_uv import make


def test_a_domain_without_a_name_is_refused_with_the_sentence_that_helps(folder: Path) -> None:
    done = make(folder, "--silent", "resource")

    assert done.returncode != 0
    assert "name=invoices" in done.stderr
