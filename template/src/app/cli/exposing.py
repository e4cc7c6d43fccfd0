"""The port on which Prometheus reads in production: of the first process, which answers for all of its workers."""

import atexit
from collections.abc import Iterable

from prometheus_client import Metric
from prometheus_client.registry import Collector

from app.cli.errors import cannot_listen
from app.cli.server_config import ServerConfig, application_of
from app.core.settings import Settings, load_settings
from app.metrics.exposition import Workers, expose
from app.metrics.settings import SERVICE_STEP, WORKER_STEP, MetricsSettings


class Served(Collector):
    """What the application in this process has counted; nothing before it is there."""

    def __init__(self, config: ServerConfig) -> None:
        self._config = config

    def collect(self) -> Iterable[Metric]:
        """Return it."""
        loaded = getattr(self._config, "loaded_app", None)
        return application_of(loaded).state.resources.metrics.registry.collect() if loaded else ()


def expose_service(settings: Settings, config: ServerConfig) -> None:
    """Expose what the service counts that is about to start.

    Raises:
        SystemExit: with 1 when the address cannot be listened on.

    """
    own = load_settings(MetricsSettings)
    if (port := own.port_for(settings, step=SERVICE_STEP)) is None:
        return
    if config.workers > 1:
        workers = Workers()
        atexit.register(workers.close)
        workers.share()
        _expose(workers, own.metrics_host, port)
    else:
        _expose(Served(config), own.metrics_host, port)


def expose_worker(settings: Settings, collector: Collector) -> None:
    """Expose what a worker counts.

    Raises:
        SystemExit: with 1 when the address cannot be listened on.

    """
    own = load_settings(MetricsSettings)
    if (port := own.port_for(settings, step=WORKER_STEP)) is not None:
        _expose(collector, own.metrics_host, port)


def _expose(collector: Collector, host: str, port: int) -> None:
    try:
        expose(collector, host, port)
    except OSError as error:
        raise cannot_listen(f"{host} port {port} (METRICS_PORT)", error) from None
