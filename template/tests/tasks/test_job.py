"""`app.tasks.job`: options of tasks, and the pauses between tries."""

import pytest

from app.resources import Resources
from app.tasks.job import DEFAULT, JobOptions, delay_after, job, options_of


async def plain(_resources: Resources) -> None:
    """A task without options."""


@job(attempts=2)
async def twice(_resources: Resources, _number: int) -> None:
    """A task with options."""


def test_options_are_those_of_the_decorator_or_the_defaults() -> None:
    assert options_of(plain) == DEFAULT
    assert options_of(twice) == JobOptions(attempts=2, timeout_seconds=DEFAULT.timeout_seconds)


@pytest.mark.parametrize("options", [{"attempts": 0}, {"timeout_seconds": 0}, {"timeout_seconds": -1}])
def test_refuses_options_with_which_nothing_would_run(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one attempt and some time"):
        job(**options)


@pytest.mark.parametrize(("attempt", "longest"), [(1, 1), (2, 2), (5, 16), (12, 2048), (13, 3600), (1000, 3600)])
def test_pauses_double_up_to_an_hour_and_half_of_each_is_chance(attempt: int, longest: float) -> None:
    delays = [delay_after(attempt) for _ in range(200)]
    assert longest / 2 <= min(delays) < longest * 0.6
    assert longest * 0.9 < max(delays) <= longest
