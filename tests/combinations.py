"""The answer sets that the tests render, derived from the questions of copier.yml.

A new question or choice is in them at once; what may not go together is a line in `CONSTRAINTS`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.covering import Answers, Constraint, Options, complete, cover
from tests.inputs import PAPER, essence

__all__ = ["AWKWARD", "COMBINATIONS", "CONFIG", "CONSTRAINTS", "DEFAULT", "MINIMAL", "OPTIONS", "RUN"]
__all__ += ["Answers", "every_variant", "options_of", "variants_of"]

CONFIG: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "copier.yml").read_text(encoding="utf-8"))
# What every complete set of answers satisfies.
CONSTRAINTS: tuple[Constraint, ...] = (
    # Accounts are rows.
    lambda row: row["database"] != "none" or row["auth"] in {"oidc", "none"},
    # Keys belong to accounts.
    lambda row: not row["api_keys"] or row["auth"] in {"jwt", "session"},
    # A cluster runs images.
    lambda row: not row["kubernetes"] or row["docker"] is True,
)
PAIRS, TRIPLES = 2, 3


def options_of(config: Mapping[str, Any]) -> dict[str, tuple[object, ...]]:
    """Return the values of every question that has a closed set of them, the default first."""
    options: dict[str, tuple[object, ...]] = {}
    for name, details in config.items():
        if name.startswith("_") or details.get("when") is False:
            continue
        if "choices" in details:
            options[name] = tuple(details["choices"].values())
        elif details["type"] == "bool":
            options[name] = (details["default"], not details["default"])
    return options


def least(values: tuple[object, ...]) -> tuple[object, ...]:
    """Return the values with the one first that gives least."""
    return tuple(sorted(values, key=lambda value: value not in {False, "none"}))


def most(values: tuple[object, ...]) -> tuple[object, ...]:
    """Return the values with the one first that gives most: choices begin with the simplest."""
    return least(values)[::-1]


def switched_on(options: Options, constraints: Iterable[Constraint]) -> Answers:
    """Return all that can be switched on together: of two values, "true" is the one that gives more."""
    row: Answers = {}
    for name, values in options.items():
        if True in values and complete({**row, name: True}, options, constraints) is not None:
            row[name] = True
    return row


def describe(answers: Answers) -> str:
    """Return the name of what is not the default."""
    return ",".join(f"{name}={str(value).lower()}" for name, value in answers.items()) or "default"


def changes(row: Answers, options: Options) -> Answers:
    """Return what differs from the default."""
    return {name: row[name] for name, values in options.items() if row[name] != values[0]}


def variants_of(options: Options, constraints: Iterable[Constraint], strength: int) -> dict[str, Answers]:
    """Return default, minimal, full, every value on top of the default, and the covering rows, by name.

    Each holds what differs from the default. A set that comes twice keeps its first name.
    """
    preferences = {
        "default": options,
        "minimal": {name: least(values) for name, values in options.items()},
        "full": {name: most(values) for name, values in options.items()},
    }
    named = [(name, complete({}, preference, constraints)) for name, preference in preferences.items()]
    named[2] = "full", complete(switched_on(options, constraints), preferences["full"], constraints)
    named += [
        (f"{name}={value}", complete({name: value}, options, constraints))
        for name, values in options.items()
        for value in values
    ]
    assert named[0][1] == {name: values[0] for name, values in options.items()}, "a constraint forbids the default"
    rows: dict[str, Answers] = {}
    for name, row in named:
        assert row is not None, f"the constraints forbid {name} altogether"
        if row not in rows.values():
            rows[name if name in preferences else describe(changes(row, options))] = row
    read = {name: values for name, values in options.items() if name not in PAPER}
    runs = [essence(row) for row in rows.values()]
    runs += cover(read, constraints, strength, runs)
    # What differs on paper only grows out of these: it is no run of its own.
    rows |= {describe(changes(row, options)): row for row in cover(options, constraints, strength, rows.values(), runs)}
    return {name: changes(row, options) for name, row in rows.items()}


OPTIONS = options_of(CONFIG)
DEFAULT: Answers = {}
# The variants whose own checks and tests run in `make test`; `make test-all` runs those of `every_variant()`.
RUN = variants_of(OPTIONS, CONSTRAINTS, PAIRS)
MINIMAL = RUN["minimal"]

# Answers that are good and that careless quoting would break.
AWKWARD: Answers = {
    "project_name": "Café Ünïon & 日本 (v2.0), a+b",
    "description": "It's C#: fast & small; #1 \N{EN DASH} “yes”! [a](b) *x* @home = 100 ~ Привет, мир".ljust(100, "."),
    "author_name": "Seán O'Brien: the team",
    "author_email": "sean.o-brien+team@example.co.uk",
    "license": "mit",
}
COMBINATIONS: dict[str, Answers] = {**RUN, "awkward": AWKWARD}


def every_variant() -> dict[str, Answers]:
    """Return the variants that hold every allowed triple of values, and the awkward one."""
    return {**COMBINATIONS, **variants_of(OPTIONS, CONSTRAINTS, TRIPLES)}
