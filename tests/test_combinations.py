"""The variants hold every value, pair and triple that is allowed, and nothing that is not."""

from itertools import combinations, product
from typing import Any

import pytest

from tests.combinations import COMBINATIONS, CONFIG, CONSTRAINTS, OPTIONS, RUN, every_variant, options_of, variants_of
from tests.covering import Answers, Constraint, Options, allowed_parts, complete, cover, possible
from tests.inputs import PAPER, essence

# The options of a template with constraints, some of them over three answers.
SMALL: Options = {
    "database": ("sqlite", "postgresql", "none"),
    "auth": ("jwt", "session", "oidc", "none"),
    "api_keys": (False, True),
    "admin": (False, True),
    "example": (True, False),
}
FORBIDDEN: tuple[Constraint, ...] = (
    lambda a: a["database"] != "none" or a["auth"] in {"oidc", "none"},
    lambda a: not a["api_keys"] or a["auth"] in {"jwt", "session"},
    lambda a: not a["admin"] or (a["auth"] in {"jwt", "session"} and a["database"] != "none"),
    lambda a: not (a["example"] and a["database"] == "none"),
)
# As many as the template may come to have: far too many for a walk over the product.
LARGE: Options = {
    **SMALL,
    **{f"choice_{number}": tuple("abcd"[: 3 + number % 2]) for number in range(5)},
    **{f"switch_{number}": (False, True) for number in range(9)},
}


def held(rows: list[Answers], strength: int) -> set[frozenset[tuple[str, object]]]:
    return {frozenset(part) for row in rows for part in combinations(row.items(), strength)}


def allowed_rows(options: Options, constraints: tuple[Constraint, ...]) -> list[Answers]:
    """The product, walked; the slow way that the other one is compared with."""
    rows = (dict(zip(options, values, strict=True)) for values in product(*options.values()))
    return [row for row in rows if all(constraint(row) for constraint in constraints)]


def completed(variants: dict[str, Answers], options: Options) -> list[Answers]:
    default: Answers = {name: values[0] for name, values in options.items()}
    return [default | answers for answers in variants.values()]


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_every_allowed_combination_of_the_template_occurs(strength: int) -> None:
    variants = RUN if strength < 3 else every_variant()
    rows = completed({name: variants[name] for name in variants if name != "awkward"}, OPTIONS)
    assert held(rows, strength) == set(allowed_parts(OPTIONS, CONSTRAINTS, strength))


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_what_is_allowed_is_what_a_walk_over_the_product_finds(strength: int) -> None:
    """The product of the template's own options has millions of rows."""
    assert set(allowed_parts(SMALL, FORBIDDEN, strength)) == held(allowed_rows(SMALL, FORBIDDEN), strength)


@pytest.mark.parametrize("strength", [1, 2])
def test_the_constraints_of_the_template_allow_what_a_walk_over_the_product_finds(strength: int) -> None:
    """The license and the like, which no constraint knows, would only make it a thousand times longer."""
    asked = {name: values for name, values in OPTIONS.items() if name not in PAPER - {"docker", "kubernetes"}}
    assert set(allowed_parts(asked, CONSTRAINTS, strength)) == held(allowed_rows(asked, CONSTRAINTS), strength)


def test_every_variant_of_the_template_is_allowed() -> None:
    rows = completed({name: RUN[name] for name in RUN if name != "awkward"}, OPTIONS)
    assert [row for row in rows if not all(constraint(row) for constraint in CONSTRAINTS)] == []


@pytest.mark.parametrize("strength", [2, 3])
def test_constraints_are_respected_and_nothing_else_is_left_out(strength: int) -> None:
    rows = cover(SMALL, FORBIDDEN, strength)
    allowed = allowed_rows(SMALL, FORBIDDEN)
    assert [row for row in rows if row not in allowed] == []
    assert held(rows, strength) == held(allowed, strength)
    assert len(rows) < len(allowed)


def test_what_differs_on_paper_only_is_no_run_of_its_own() -> None:
    read = {name: values for name, values in OPTIONS.items() if name not in PAPER}
    rows = completed({name: RUN[name] for name in RUN if name != "awkward"}, OPTIONS)
    runs = {frozenset(essence(row).items()) for row in rows}
    assert len(runs) == len(variants_of(read, CONSTRAINTS, 2)) < len(rows)


def test_rows_that_are_there_are_not_made_again() -> None:
    rows = cover(SMALL, FORBIDDEN, 2)
    assert cover(SMALL, FORBIDDEN, 2, rows) == []
    assert len(cover(SMALL, FORBIDDEN, 2, rows[:-1])) == 1


def test_many_options_take_few_rows() -> None:
    rows = cover(LARGE, FORBIDDEN, 2)
    assert all(possible(row, FORBIDDEN) and list(row) == list(LARGE) for row in rows)
    pairs = [
        dict(zip(names, values, strict=True))
        for names in combinations(LARGE, 2)
        for values in product(*(LARGE[name] for name in names))
    ]
    allowed = {frozenset(pair.items()) for pair in pairs if complete(pair, LARGE, FORBIDDEN)}
    assert held(rows, 2) == allowed
    assert len(rows) <= 30


def test_the_same_rows_come_every_time() -> None:
    assert cover(LARGE, FORBIDDEN, 2) == cover(dict(LARGE), FORBIDDEN, 2)


def test_names_say_what_is_not_the_default() -> None:
    variants = variants_of({"example": (True, False), "license": ("a", "b", "c")}, (), 2)
    assert variants == {
        "default": {},
        "minimal": {"example": False},
        "full": {"license": "c"},
        "license=b": {"license": "b"},
        "example=false,license=b": {"example": False, "license": "b"},
        "example=false,license=c": {"example": False, "license": "c"},
    }


def test_minimal_and_full_go_as_far_as_the_constraints_let_them() -> None:
    variants = variants_of(SMALL, FORBIDDEN, 2)
    assert variants["minimal"] == {"database": "none", "auth": "none", "example": False}
    assert variants["full"] == {"database": "postgresql", "auth": "session", "api_keys": True, "admin": True}
    assert len({str(answers) for answers in variants.values()}) == len(variants)


def test_a_value_that_is_planted_in_copier_yml_gets_a_variant() -> None:
    planted: dict[str, Any] = {
        **CONFIG,
        "example": {**CONFIG["example"], "type": "str", "default": "small", "choices": {"A": "small", "B": "large"}},
        "new_switch": {"type": "bool", "default": False},
        "computed": {"type": "bool", "default": True, "when": False},
        "free_text": {"type": "str", "default": ""},
    }
    options = options_of(planted)
    assert options == {**OPTIONS, "example": ("small", "large"), "new_switch": (False, True)}
    rows = completed(variants_of(options, (), 2), options)
    assert held(rows, 1) == {frozenset({(name, value)}) for name, values in options.items() for value in values}
    # The variants of before do not hold them: the first test of this file is red for whoever lists variants by hand.
    old = held(completed(RUN, OPTIONS), 1)
    assert frozenset({("new_switch", True)}) not in old


def test_a_default_that_a_constraint_forbids_is_refused() -> None:
    with pytest.raises(AssertionError, match="a constraint forbids the default"):
        variants_of(SMALL, (lambda a: a["database"] != "sqlite",), 2)


def test_a_value_that_can_never_be_chosen_is_refused() -> None:
    with pytest.raises(AssertionError, match="the constraints forbid admin=True altogether"):
        variants_of(SMALL, (lambda a: not a["admin"],), 2)


def test_every_answer_set_has_a_name_of_its_own() -> None:
    assert COMBINATIONS.keys() == RUN.keys() | {"awkward"}
