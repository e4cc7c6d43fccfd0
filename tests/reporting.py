"""What the terminal says beside pytest's own report: a line per variant, option values proven, what was not proven."""

from typing import Any

import pytest

from tests.combinations import OPTIONS
from tests.services import MISSING

#: The user properties of a test that runs a variant's own checks and tests: its name, and its complete options.
VARIANT, ANSWERS = "variant", "answers"


def record(request: pytest.FixtureRequest, name: str, answers: dict[str, object]) -> None:
    """Let the report of a test say which variant it runs."""
    default = {option: values[0] for option, values in OPTIONS.items()}
    complete = {option: answers.get(option, default[option]) for option in OPTIONS}
    request.node.user_properties += [(VARIANT, name), (ANSWERS, complete)]


class Report:
    """Listens in the process that owns the terminal; workers of pytest-xdist send it their reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.variants: list[tuple[dict[str, object], bool]] = []
        self.unproven: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties: dict[str, Any] = dict(report.user_properties)
        if report.skipped and MISSING in properties:
            self.unproven.append(f"{report.nodeid}: {properties[MISSING]}")
        if report.when == "call" and VARIANT in properties:
            self.variants.append((dict(properties[ANSWERS]), report.passed))
            self.say(f"variant {properties[VARIANT]}: {report.outcome} in {report.duration:.0f} s")

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
                outcomes = [passed for answers, passed in self.variants if answers[option] == value]
                shown = f"{option}={str(value).lower()}"
                lines.append(f"{shown:<30} {sum(outcomes):>3} of {len(outcomes)}" if outcomes else f"{shown:<30}   -")
        return lines


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config), "variant-report")
