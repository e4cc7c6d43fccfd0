"""Where Prometheus reads in production: a port of its own, and on it what all worker processes have counted."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

#: Where worker processes count, each in files of its own; the library reads this name when it is imported.
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Workers(MultiProcessCollector):
    """All worker processes together. What one has counted stays when it ends; what it had in hand does not."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="metrics-")
        super().__init__(None, path=self._folder.name)  # type: ignore[no-untyped-call]

    def share(self) -> None:
        """Let the processes that are started from now on count where this one can read."""
        os.environ[SHARED] = self._folder.name

    def close(self) -> None:
        """Forget all of it."""
        self._folder.cleanup()

    def collect(self) -> Iterable[Metric]:
        """Add up what they have counted."""
        folder = self._folder.name
        for pid in {int(path.stem.rpartition("_")[2]) for path in Path(folder).glob("gauge_live*.db")}:
            if not _runs(pid):
                mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
        metrics: Iterable[Metric] = super().collect()  # type: ignore[no-untyped-call]
        return metrics


def expose(collector: Collector, host: str, port: int) -> None:
    """Answer on the port from a thread, until the process ends.

    Raises:
        OSError: when the address cannot be listened on.

    """
    registry = CollectorRegistry()
    registry.register(collector)
    start_http_server(port, host, registry)


def _runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
