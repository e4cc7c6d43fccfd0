"""`make resource` in a render: what it writes passes the service's own checks and tests."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.combinations import DEFAULT, Answers
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
# What walks over all routes or all domains of the service.
WALKING, ARCHITECTURE = "tests.security.surface", "tests/test_architecture.py"


def resources(folder: Path, environment: dict[str, str], name: str) -> list[str]:
    """Write the domains; return the tests that see them: their own, and those of the service that walk over all."""
    for domain, fields in DOMAINS[name]:
        make(folder, environment, "resource", f"name={domain}", f"fields={fields}")
    plurals = [domain.partition(":")[0] for domain, _ in DOMAINS[name]]
    security = [path for path in (folder / "tests/security").glob("test_*.py") if WALKING in path.read_text()]
    assert {path.name for path in security} >= {"test_rule_05_strangers.py", "test_rule_06_deny_by_default.py"}
    walking = [*sorted(path.relative_to(folder).as_posix() for path in security), ARCHITECTURE]
    return [*(f"tests/{plural}" for plural in plurals), *walking]


def assert_green(folder: Path, environment: dict[str, str], tests: list[str]) -> None:
    output = make(folder, environment, "test", f"ARGS={' '.join(tests)}")
    assert " passed" in output
    assert " skipped" not in output


def test_what_it_writes_is_green(project: Callable[[Answers], Path], quick_environment: dict[str, str]) -> None:
    """All of `make check`, and of `make test` what can see a new domain: the rest runs in the variants."""
    folder, environment = project(DEFAULT), quick_environment
    tests = resources(folder, environment, "default")
    make(folder, environment, "check")
    assert_green(folder, environment, [*tests, "tests/contract"])


def test_what_it_writes_into_a_service_without_domains_is_green(
    project: Callable[[Answers], Path], quick_environment: dict[str, str]
) -> None:
    """Without what the other test proves of every kind of field: that the tools live with it, and Schemathesis."""
    folder, environment = project({"example": False}), quick_environment
    tests = resources(folder, environment, "minimal")
    checks = make(folder, environment, "--dry-run", "--no-print-directory", "check").splitlines()
    (of_tools,) = [command for command in checks if "pytest" in command]
    for command in checks:
        if command != of_tools:
            done = subprocess.run(
                ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
    assert_green(folder, environment, tests)


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
