"""How a task is called on its way to a worker, and how the worker finds it."""

import inspect
from collections.abc import Awaitable, Callable
from importlib import import_module

from app.tasks.queue import Arguments, Task

#: A task whose arguments are not known yet.
Function = Callable[..., Awaitable[object]]
#: Whose tasks may be called by name; where the service is installed, there are no tests.
PACKAGES = ("app", "tests")


class UnreadableJob(ValueError):
    """Nothing that this version of the service can run; says why in one line."""


def name_of(task: Task[Arguments]) -> str:
    """Return the name of a task: `app.invoices.tasks:send_reminder`.

    Raises:
        UnreadableJob: when a worker could not find it by its name.

    """
    name = f"{task.__module__}:{getattr(task, '__qualname__', '')}"
    if find(name) is not task:
        raise UnreadableJob(f"{name} is not at the top of its module")
    return name


def find(name: str) -> Function:
    """Return the task of a name, `app.invoices.tasks:send_reminder`.

    Raises:
        UnreadableJob: when there is none.

    """
    module, _, function = name.partition(":")
    if module.partition(".")[0] not in PACKAGES:
        raise UnreadableJob(f"{name} is no task of this service")
    try:
        found = getattr(import_module(module), function, None)
    except ImportError:
        found = None
    if not inspect.iscoroutinefunction(found) or found.__module__ != module:
        raise UnreadableJob(f"there is no task {name}")
    return found
