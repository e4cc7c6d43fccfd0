"""Where Prometheus reads."""

import pytest

from app.core.settings import ConfigurationError, Environment, Settings, load_settings
from app.metrics.settings import SERVICE_STEP, WORKER_STEP, MetricsSettings


def port_for(port: int, *, step: int = SERVICE_STEP, environment: Environment = "production") -> int | None:
    settings = Settings(environment="test", port=port).model_copy(update={"environment": environment})
    return load_settings(MetricsSettings).port_for(settings, step=step)


def test_a_port_of_its_own_in_production() -> None:
    assert port_for(8000) == 9000
    # Several on one machine, as the systemd unit starts them, are in nobody's way.
    assert port_for(8001) == 9001
    assert port_for(8000, step=WORKER_STEP) == 10000


def test_none_elsewhere() -> None:
    assert port_for(8000, environment="development") is None


@pytest.mark.parametrize("environment", ["production", "development"])
def test_what_is_chosen_holds_everywhere(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    monkeypatch.setenv("METRICS_PORT", "9464")
    assert port_for(8000, environment=environment) == 9464
    monkeypatch.setenv("METRICS_PORT", "0")
    assert port_for(8000, environment=environment) is None


def test_a_port_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"^METRICS_PORT must be set: PORT \+ 1000 is no port$"):
        port_for(65000)


def test_only_this_machine_reads_unless_told_otherwise() -> None:
    assert load_settings(MetricsSettings).metrics_host == "127.0.0.1"
