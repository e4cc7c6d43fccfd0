"""Dashboard, alerts and documentation name what is really exported, and all alerts are explained."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client import Metric

from app import sampling
from app.resources import Resources

ROOT = Path(__file__).parents[2]
ALERTS, DASHBOARD, DOCS = (
    ROOT / path for path in ("deploy/prometheus/alerts.yml", "deploy/grafana/dashboard.json", "docs/metrics.md")
)
#: Words of the query language, and what Prometheus itself knows: a metric, and labels of all series.
LANGUAGE = {"sum", "max", "by", "or", "rate", "increase", "histogram_quantile"}
PROMETHEUS = {"up", "job", "instance", "le"}


@pytest.fixture
async def families(client: httpx2.AsyncClient, resources: Resources) -> list[Metric]:
    """Return all that is exported, once there is one of each kind."""
    await client.get("/health/live")
    resources.metrics.task_tried("send", "done", 0.1)
    if hasattr(resources, "transport"):
        resources.metrics.task_waited("send", 0.1)
    resources.metrics.refused({"login": 1} if hasattr(resources, "throttle") else {})
    others = [getattr(sampling, name) for name in ["sample_queue"] if hasattr(sampling, name)]
    async with sampling.sampled(resources, *others):
        await asyncio.sleep(0.1)
    return [family for family in resources.metrics.registry.collect() if family.samples]


@pytest.fixture
def known(families: list[Metric]) -> set[str]:
    """Return the names of all series and labels."""
    samples = [sample for family in families for sample in family.samples]
    return {sample.name for sample in samples} | {label for sample in samples for label in sample.labels} | PROMETHEUS


def words(expression: str) -> set[str]:
    """Return the names in an expression, without texts and what Grafana fills in."""
    return set(re.findall(r"(?<![\w$])[a-zA-Z_]\w*", re.sub(r'"[^"]*"', "", expression))) - LANGUAGE


def alerts() -> dict[str, str]:
    """Return the expression of each alert."""
    rules = re.split(r"- alert: (\w+)\n", ALERTS.read_text())[1:]
    bodies = [re.sub(r"\n +(for|labels):.*", "", rule, flags=re.DOTALL) for rule in rules[1::2]]
    return {name: body.split("expr:")[1].removeprefix(" >-") for name, body in zip(rules[::2], bodies, strict=True)}


def panels() -> Iterator[tuple[str, str]]:
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


async def test_alerts_ask_for_what_there_is(known: set[str]) -> None:
    assert len(alerts()) > 3
    assert {name: words(expression) - known for name, expression in alerts().items() if words(expression) - known} == {}


async def test_panels_show_what_there_is(known: set[str]) -> None:
    assert len(dict(panels())) > 5
    assert {title: words(expression) - known for title, expression in panels() if words(expression) - known} == {}


async def test_the_table_of_the_documentation_is_complete(families: list[Metric]) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (level|count|histogram)[^|:]*(?:: ([^|]*))? \|", DOCS.read_text(), re.MULTILINE)
    described = {name: set(re.findall(r"`(\w+)`", labels)) for name, _, labels in rows}
    assert described == {
        f"{family.name}_total" if family.type == "counter" else family.name: {*family.samples[0].labels} - {"le"}
        for family in families
    }


def test_every_alert_is_explained() -> None:
    section = DOCS.read_text().partition("## When an alert comes")[2]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [*alerts()]
