"""Reads what the service exports, with the parser of the library."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

#: Name and labels.
Series = tuple[str, frozenset[tuple[str, str]]]


def parse(text: str) -> dict[Series, float]:
    """Return every series with its value."""
    families = text_string_to_metric_families(text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def read(registry: CollectorRegistry) -> dict[Series, float]:
    """Return every series of a registry with its value."""
    return parse(generate_latest(registry).decode())


def total(series: Mapping[Series, float], name: str, **labels: str) -> float:
    """Return the sum of the series of this name that have these labels."""
    wanted = set(labels.items())
    return sum(value for (own_name, own), value in series.items() if own_name == name and wanted <= own)
