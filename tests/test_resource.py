"""`make resource` in a render: what it writes passes the service's own checks and tests."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.combinations import DEFAULT, MINIMAL, Answers
from tests.processes import make

KINDS = ("str", "text", "int", "bool", "decimal", "date", "datetime", "uuid", "email")
NO_UNIQUE = ("text", "bool")
INVOICES = "number:str:unique amount:decimal due_on:date? customer:ref:customers"
EVERYTHING = " ".join(
    [
        *(f"{kind}_field:{kind}" for kind in KINDS),
        *(f"{kind}_option:{kind}?" for kind in KINDS),
        *(f"{kind}_unique:{kind}:unique" for kind in KINDS if kind not in NO_UNIQUE),
        *(f"{kind}_both:{kind}?:unique" for kind in KINDS if kind not in NO_UNIQUE),
        "text:text",
        "buyer:ref:customers:unique",
        "seller:ref:customers?",
        "invoice:ref:invoices",
    ]
)
# A name with an irregular plural, one of two words, a domain without any text, and one that is only references.
DOMAINS: dict[str, list[tuple[str, str]]] = {
    "default": [
        ("customers", "name:str phone:str? vip:bool"),
        ("invoices", INVOICES),
        ("people:person", EVERYTHING),
        ("line_items", "item:ref:items invoice:ref:invoices?"),
    ],
    "minimal": [("readings", "value:int measured_at:datetime"), ("zones", "reading:ref:readings? note:text?")],
}
VARIANTS: dict[str, Answers] = {"default": DEFAULT, "minimal": MINIMAL}


@pytest.mark.parametrize("name", VARIANTS)
def test_what_it_writes_is_green(
    project: Callable[[Answers], Path], clean_environment: dict[str, str], name: str
) -> None:
    folder = project(VARIANTS[name])
    plurals = []
    for domain, fields in DOMAINS[name]:
        make(folder, clean_environment, "resource", f"name={domain}", f"fields={fields}")
        plurals.append(domain.partition(":")[0])

    make(folder, clean_environment, "check")
    tests = " ".join(f"tests/{part}" for part in (*plurals, "contract", "security"))
    output = make(folder, clean_environment, "test", f"ARGS={tests}")

    assert " passed" in output
    assert " skipped" not in output


def test_a_refusal_is_one_line_and_changes_nothing(
    project: Callable[[Answers], Path], clean_environment: dict[str, str]
) -> None:
    folder = project(DEFAULT)
    make(folder, clean_environment, "resource", "name=customers", "fields=name:str")
    before = {path: path.read_bytes() for path in (folder / "src").rglob("*.py")}

    done = subprocess.run(
        ["make", "--silent", "resource", "name=customers", "fields=name:str"],
        cwd=folder,
        env=clean_environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "Nothing written. src/app/customers exists." in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in (folder / "src").rglob("*.py")} == before
