"""How the suite runs: workers, garbage collection, event loop, logging."""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from app.core.logging import TALKATIVE, StdoutHandler


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Use one worker more than there are cores: some tests wait, for processes that start and for time-outs."""
    # The variable is xdist's own way to say how many.
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Keep all that was imported from the garbage collector: each full pass would take a tenth of a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def fresh_logging() -> Iterator[None]:
    """Forget how the application of the test before logged."""
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, StdoutHandler)]
    root.setLevel(logging.WARNING)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run everything on the event loop of production."""
    return "asyncio", {"use_uvloop": True}
