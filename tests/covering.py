"""Rows of options that hold every allowed combination of values: the greedy behind `combinations.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations, product

Answers = dict[str, object]
Options = Mapping[str, tuple[object, ...]]
#: A predicate over complete answers; it may ask for them in any order.
Constraint = Callable[[Answers], bool]
Part = frozenset[tuple[str, object]]

# Rows that the greedy weighs against each other; more of them make fewer rows and take longer.
SEEDS = 8


def possible(row: Answers, constraints: Iterable[Constraint]) -> bool:
    """Tell whether nothing speaks against a row, complete or not; what asks for an answer it lacks has to wait."""
    for constraint in constraints:
        try:
            if not constraint(row):
                return False
        except KeyError:
            continue
    return True


def parts(row: Answers, strength: int) -> list[Part]:
    """Return every `strength` answers of a row."""
    return [frozenset(part) for part in combinations(row.items(), strength)]


def complete(
    row: Answers, options: Options, constraints: Iterable[Constraint], wanted: Iterable[Part] = (), strength: int = 1
) -> Answers | None:
    """Return an allowed row that extends this one, or None; of equal values the one that is listed first.

    A value goes before another when it closes more of the wanted parts.
    """
    if not possible(row, constraints):
        return None
    name = next((name for name in options if name not in row), None)
    if name is None:
        return {name: row[name] for name in options}

    def gain(value: object) -> int:
        return sum(frozenset((*part, (name, value))) in wanted for part in combinations(row.items(), strength - 1))

    for value in sorted(options[name], key=gain, reverse=True):
        found = complete({**row, name: value}, options, constraints, wanted, strength)
        if found is not None:
            return found
    return None


def allowed_parts(options: Options, constraints: Iterable[Constraint], strength: int) -> dict[Part, None]:
    """Return every `strength` values of different options that an allowed row can hold, always in the same order."""
    found: dict[Part, None] = {}
    for names in combinations(options, strength):
        for values in product(*(options[name] for name in names)):
            row = dict(zip(names, values, strict=True))
            if complete(row, options, constraints) is not None:
                found[frozenset(row.items())] = None
    return found


def fits(part: Part, row: Answers) -> bool:
    """Tell whether a row has these answers, or has none to these questions yet."""
    return all(row.get(name, value) == value for name, value in part)


def cover(
    options: Options,
    constraints: Iterable[Constraint],
    strength: int,
    rows: Iterable[Answers] = (),
    seeds: Sequence[Answers] = ({},),
) -> list[Answers]:
    """Return complete rows that hold, together with `rows`, every allowed combination of `strength` values.

    Greedy: of the rows into which some open combinations grow, the one that closes most. It grows rows instead of
    walking the product, which has millions of rows once there are twenty options. Rows grow out of `seeds`,
    which have to be enough for what `rows` leave open: by itself, out of nothing.
    """
    wanted = allowed_parts(options, constraints, strength)

    def close(row: Answers) -> None:
        for part in parts(row, strength):
            wanted.pop(part, None)

    for row in rows:
        close(row)
    chosen = []
    while wanted:
        begun = [seed | dict(part) for part in list(wanted)[:SEEDS] for seed in seeds if fits(part, seed)]
        grown = [complete(seed, options, constraints, wanted, strength) for seed in begun]
        best = max(
            (row for row in grown if row is not None),
            key=lambda row: sum(part in wanted for part in parts(row, strength)),
        )
        chosen.append(best)
        close(best)
    return chosen
