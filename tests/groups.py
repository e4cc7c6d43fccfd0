"""What one worker of pytest-xdist runs, and in which order.

The marks of pytest-xdist are without effect since pytest 9.2 (pytest-dev/pytest-xdist#1386), so it is written here.
The longest tests begin, so that none of them is still running in one worker when the others have nothing left.
"""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The beginnings of node ids. What shares a set-up is made once; what measures time does not run beside its like.
GROUPS = {
    # Their own tests run beside each other, as anybody's do.
    "workers": (
        "tests/test_project.py::test_passes_its_own_checks_and_tests[default]",
        "tests/test_project.py::test_passes_its_own_checks_and_tests[full]",
    ),
    "dev database": ("tests/test_dev_database.py",),
    "mutations": ("tests/test_mutations.py",),
    "reproduce": ("tests/test_reproduce.py",),
    "session": ("tests/test_browser_session.py",),
    "team": ("tests/test_update_kinds.py", "tests/test_update_migrations.py"),
    "server": (
        "tests/test_browser.py",
        "tests/test_browser_clients.py",
        "tests/test_first_requests.py",
        "tests/test_makefile.py::test_demo_serves_",
        "tests/test_makefile.py::test_demo_is_quick_",
    ),
}
LONGEST = (
    "tests/test_update_releases.py",
    "tests/test_project.py::test_passes_",
    "tests/test_resource.py::test_what_it_writes_",
)


def pytest_xdist_auto_num_workers() -> int | None:
    """Use one worker more than there are cores, as the services do: a third of a variant's tests is waiting."""
    # The variable is xdist's own way to say how many.
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


def group_of(nodeid: str) -> str:
    """Return the name of the group of a test: its own where it has none."""
    return next((name for name, beginnings in GROUPS.items() if nodeid.startswith(beginnings)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send a group to one worker and every other test to the next that is free, in the place of `--dist loadgroup`."""
    if config.getvalue("dist") != "loadgroup":
        return None
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group_of
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
