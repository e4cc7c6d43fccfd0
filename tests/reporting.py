"""What the terminal says beside pytest's own report: a line per variant, option values proven, what was not proven."""

from typing import Any

import pytest

from tests.combinations import OPTIONS
from tests.services import MISSING

#: The user properties of a test of a variant: its name, its complete options, the run of commands that stands for it.
VARIANT, ANSWERS, RUN_BY = "variant", "answers", "run by"
#: The Python that a run asks for, where it is not the one that is found first.
PYTHON_OF_RUN = "python"


def record(request: pytest.FixtureRequest, name: str, answers: dict[str, object], run_by: str | None = None) -> None:
    """Let the report of a test say which variant it proves: by its commands, or by being like one that runs them."""
    default = {option: values[0] for option, values in OPTIONS.items()}
    complete = {option: answers.get(option, default[option]) for option in OPTIONS}
    request.node.user_properties += [(VARIANT, name), (ANSWERS, complete), (RUN_BY, run_by or name)]


class Report:
    """Listens in the process that owns the terminal; workers of pytest-xdist send it their reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.variants: dict[str, dict[str, Any]] = {}
        self.passed: set[str] = set()
        self.unproven: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties: dict[str, Any] = dict(report.user_properties)
        if report.skipped and MISSING in properties:
            self.unproven.append(f"{report.nodeid}: {properties[MISSING]}")
        if report.when == "call" and VARIANT in properties:
            name, run_by = properties[VARIANT], properties[RUN_BY]
            self.variants[name] = properties
            self.passed |= {name} if report.passed else set()
            like = "" if run_by == name else f"reads what {run_by!r} reads, "
            on = f" on {properties[PYTHON_OF_RUN]}" if PYTHON_OF_RUN in properties else ""
            self.say(f"variant {name}: {like}{report.outcome} in {report.duration:.0f} s{on}")

    def say(self, line: str) -> None:
        """Print a line of its own at once, after the dots that are there."""
        terminal: pytest.TerminalReporter | None = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal:
            terminal.write_line(f"\n{line}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.variants:
            terminalreporter.section("option values whose own checks and tests passed, and in how many variants")
            for line in self.table():
                terminalreporter.write_line(line)
        if self.unproven:
            terminalreporter.section("NOT PROVEN, because something is missing (REQUIRE_SERVICES=0)")
            for line in self.unproven:
                terminalreporter.write_line(line)

    def table(self) -> list[str]:
        """Return one line per option value."""
        lines = []
        for option, values in OPTIONS.items():
            for value in values:
                outcomes = [
                    {name, properties[RUN_BY]} <= self.passed
                    for name, properties in self.variants.items()
                    if properties[ANSWERS][option] == value
                ]
                shown = f"{option}={str(value).lower()}"
                lines.append(f"{shown:<30} {sum(outcomes):>3} of {len(outcomes)}" if outcomes else f"{shown:<30}   -")
        return lines


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config), "variant-report")
