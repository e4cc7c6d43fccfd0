"""What a service gives to Prometheus and Grafana is understood there."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.combinations import DEFAULT, Answers
from tests.conftest import Render
from tests.services import PROMTOOL

VARIANTS: dict[str, Answers] = {
    "default": DEFAULT,
    "everything": {"database": "postgresql", "tasks": "rabbitmq"},
    "least": {"database": "none", "auth": "none"},
}


@pytest.fixture(params=list(VARIANTS))
def deploy(request: pytest.FixtureRequest, render: Render, needs: Callable[..., None]) -> Path:
    """Return the folder of a service in which these files are."""
    needs(PROMTOOL)
    return render(**VARIANTS[request.param]) / "deploy"


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", "check", *arguments], capture_output=True, text=True, check=False)


def expressions(dashboard: Path) -> Iterator[str]:
    """Yield what the panels ask for, with what Grafana puts in."""
    for panel in json.loads(dashboard.read_text(encoding="utf-8"))["panels"]:
        for target in panel["targets"]:
            yield target["expr"].replace("$__rate_interval", "1m").replace("$job", "a|b")


def test_prometheus_takes_the_configuration_with_its_alerts(deploy: Path) -> None:
    done = promtool("config", "--lint-fatal", str(deploy / "prometheus" / "prometheus.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rules found" in done.stdout


def test_every_panel_asks_in_the_language_of_prometheus(deploy: Path, tmp_path: Path) -> None:
    asked = list(expressions(deploy / "grafana" / "dashboard.json"))
    assert len(asked) > 8
    rules = [{"record": f"panel_{number}", "expr": text} for number, text in enumerate(asked)]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    done = promtool("rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
