"""What the workers of a run need alike: made once, by whoever comes first, and changed by nobody."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of this name; `make` fills it, unless a worker of this run has done so."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder = shared / name
    if not folder.exists():
        shared.mkdir(exist_ok=True)
        draft = factory.mktemp("draft")
        make(draft)
        try:
            draft.rename(folder)
        except OSError:
            assert folder.exists(), "another one was not quicker"
    return folder
