"""The run says which variants it ran, how long each took, and which option values that proves."""

import re
from pathlib import Path

from tests.combinations import OPTIONS
from tests.test_services import run

# One variant passes, one fails, and one is proven by each of them; all have the default `example`.
SUITE = """
import pytest
from tests.reporting import record


@pytest.mark.parametrize("license", ["mit", "apache-2.0"])
def test_variant(request, license):
    record(request, f"license={license}", {"license": license})
    assert license == "mit"


@pytest.mark.parametrize("ci", ["gitlab", "none"])
def test_like_another(request, ci):
    record(request, f"ci={ci}", {"ci": ci}, {"gitlab": "license=mit", "none": "license=apache-2.0"}[ci])
"""


def test_variants_have_a_line_each_and_the_values_that_passed_are_counted(tmp_path: Path) -> None:
    done = run(tmp_path, SUITE)
    assert re.search(r"^variant license=mit: passed in \d+ s$", done.stdout, re.MULTILINE)
    assert re.search(r"^variant license=apache-2\.0: failed in \d+ s$", done.stdout, re.MULTILINE)
    assert re.search(r"^variant ci=gitlab: reads what 'license=mit' reads, passed in \d+ s$", done.stdout, re.MULTILINE)
    table = dict(re.findall(r"^(\w+=[\w.-]+) +(\d+ of \d+|-)$", done.stdout, re.MULTILINE))
    assert table["license=mit"] == "1 of 1"
    assert table["license=apache-2.0"] == "0 of 1"
    assert table["license=proprietary"] == "1 of 2"
    assert table["license=bsd-3-clause"] == "-"
    assert table["ci=gitlab"] == "1 of 1"
    assert table["ci=none"] == "0 of 1"
    assert table["example=true"] == "2 of 4"
    assert len(table) == sum(map(len, OPTIONS.values()))
    assert re.fullmatch(r"=* ?1 failed, 3 passed in .*", done.stdout.splitlines()[-1])


def test_a_run_without_variants_says_nothing_of_them(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_nothing():\n    pass\n")
    assert "option values" not in done.stdout
    assert "1 passed" in done.stdout
