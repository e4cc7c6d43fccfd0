"""Settings of the metrics."""

from pydantic import Field

from app.core.settings import ConfigurationError, EnvSettings, Settings

#: Far from the service's own port by default, so that several services on one machine disturb nobody.
SERVICE_STEP, WORKER_STEP = 1000, 2000
HIGHEST_PORT = 65535


class MetricsSettings(EnvSettings):
    """Metrics."""

    metrics_host: str = Field(
        default="127.0.0.1",
        description="Address on which Prometheus reads, for whom nobody has to log in: never a public one.",
    )
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=HIGHEST_PORT,
        description="TCP port for that. Unset: in production PORT + 1000, for a worker PORT + 2000. 0: none. "
        "Elsewhere than in production the service itself serves /metrics, too.",
    )

    def port_for(self, settings: Settings, *, step: int) -> int | None:
        """Return on which port Prometheus reads from a process with these settings; None when it does not.

        Raises:
            ConfigurationError: when there is no port so far up.

        """
        if self.metrics_port is not None:
            return self.metrics_port or None
        if settings.environment != "production":
            return None
        if settings.port + step > HIGHEST_PORT:
            raise ConfigurationError(f"METRICS_PORT must be set: PORT + {step} is no port")
        return settings.port + step
