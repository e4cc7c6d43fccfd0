"""The port: what services know of background work."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol

if TYPE_CHECKING:
    from app.resources import Resources

Arguments = ParamSpec("Arguments")

#: A task gets the process's resources, then ids and plain values; it opens its own transaction.
Task = Callable[Concatenate["Resources", Arguments], Awaitable[object]]


class TaskQueue(Protocol):
    """Takes work that starts after the commit, and never when the transaction is rolled back."""

    def enqueue(self, task: "Task[Arguments]", *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        """Remember a task and its arguments; a wrong argument is a type error."""
