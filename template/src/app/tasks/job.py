"""How often a task is tried, and how long a try may take."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from app.tasks.queue import Arguments, Task

#: Seconds before the second try; they double with each one, up to an hour.
FIRST_DELAY = 1.0
LONGEST_DELAY = 3600.0


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What holds for one task. A try that takes longer than its time-out has failed."""

    attempts: int = 5
    timeout_seconds: float = 300.0


DEFAULT = JobOptions()


def job(
    *, attempts: int = DEFAULT.attempts, timeout_seconds: float = DEFAULT.timeout_seconds
) -> Callable[[Task[Arguments]], Task[Arguments]]:
    """Say how a task is run; without this, the defaults hold.

    Raises:
        ValueError: when it could not run at all.

    """
    if attempts < 1 or timeout_seconds <= 0:
        raise ValueError("a task needs at least one attempt and some time")

    def mark(task: Task[Arguments]) -> Task[Arguments]:
        vars(task)["job_options"] = JobOptions(attempts, timeout_seconds)
        return task

    return mark


def options_of(task: Task[Arguments]) -> JobOptions:
    """Return what `job` has said about a task."""
    options: JobOptions = getattr(task, "job_options", DEFAULT)
    return options


def delay_after(attempt: int) -> float:
    """Return how long to wait after a failed try, in seconds: 1, 2, 4 …, of that at least half.

    The other half is chance, so that what failed together does not come back together (Exponential Backoff And
    Jitter, AWS Architecture Blog: "equal jitter").
    """
    delay = min(FIRST_DELAY * 2.0 ** min(attempt - 1, 32), LONGEST_DELAY)
    return delay * random.uniform(0.5, 1)  # noqa: S311 (nobody gains from guessing it)
