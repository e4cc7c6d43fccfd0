"""What looks on while tasks run: metrics, traces and reports of errors are hung in by `resources.py`."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass


def _ignore(_name: str, _outcome: str, _seconds: float) -> None:
    """Measure nothing."""


def _tell_nobody(_name: str, _error: Exception) -> None:
    """Leave it at the line in the log."""


def _leave_alone(_name: str, _traceparent: str | None) -> AbstractContextManager[None]:
    """Surround a try with nothing."""
    return nullcontext()


@dataclass(slots=True)
class Watch:
    """Is told of every try of every task; nobody looks on unless told to."""

    #: Takes the name of a task, how a try of it went (done, failed, given_up) and how many seconds it took.
    tried: Callable[[str, str, float], None] = _ignore
    #: Takes the name of a task that is not tried again, and the error.
    given_up: Callable[[str, Exception], None] = _tell_nobody
    #: Takes the name of a task and the trace it has brought along, and surrounds a try of it with its log lines.
    surround: Callable[[str, str | None], AbstractContextManager[None]] = _leave_alone
