"""The log lines of tasks, and a queue to put them in."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.core.settings import Settings
from app.main import create_app
from app.resources import Resources
from app.tasks.in_process import InProcessQueue

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with which every line is logged, and a short shutdown."""
    return settings.model_copy(update={"log_level": "INFO", "shutdown_timeout_seconds": 1})


@pytest.fixture
def lines(resources: Resources, capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return a function that gives the log lines about tasks."""
    create_app(resources)

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in found if line["logger"] in {"app.tasks.in_process", "app.tasks.attempts"}]

    return read


def queue_of(resources: Resources) -> InProcessQueue:
    """Return the queue of a request that has succeeded already."""
    return InProcessQueue(resources.tasks, lambda start: start(), resources)
