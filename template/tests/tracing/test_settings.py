"""The variables of OpenTelemetry."""

import subprocess
import sys

import httpx2
import pytest

from app.core.settings import ConfigurationError, load_settings
from app.tracing.settings import TracingSettings
from app.tracing.tracing import Tracing, connect_tracing
from tests.tracing.collector import Collector, read
from tests.tracing.conftest import Flush

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PROGRAM = """
import sys
from app.tracing.tracing import TracingSettings, connect_tracing
connect_tracing(TracingSettings(environment="test"))
print([name for name in sys.modules if "otlp" in name or "opentelemetry.sdk" in name])
"""
SAMPLED, LEFT_OUT = ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0" + flag for flag in "10")


@pytest.fixture
def changes() -> dict[str, str]:
    """Return what a test sets."""
    return {}


@pytest.fixture
def tracing(collector: Collector, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Tracing:
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    return connect_tracing(load_settings(TracingSettings))


@pytest.mark.parametrize("changes", [{ENDPOINT: ""}, {"OTEL_SDK_DISABLED": "true"}])
async def test_without_a_collector_nothing_is_traced(
    client: httpx2.AsyncClient, flush: Flush, tracing: Tracing
) -> None:
    assert (await client.get("/things/7")).status_code == 200
    assert (await client.post("/tasks")).status_code == 200
    assert tracing.provider is None
    assert flush().spans == []


@pytest.mark.parametrize(
    ("changes", "given", "spans"),
    [
        ({"OTEL_TRACES_SAMPLER": "always_off"}, SAMPLED, 0),
        ({"OTEL_TRACES_SAMPLER": "always_on"}, LEFT_OUT, 1),
        ({}, LEFT_OUT, 0),
        ({"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}, SAMPLED, 1),
        ({"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}, "", 0),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}, SAMPLED, 0),
        ({"OTEL_TRACES_SAMPLER": "traceidratio"}, LEFT_OUT, 1),
    ],
)
async def test_who_decides_which_traces_are_sent(
    client: httpx2.AsyncClient, flush: Flush, given: str, spans: int
) -> None:
    await client.get("/things/7", headers={"traceparent": given})
    assert len(flush().spans) == spans


@pytest.mark.parametrize(
    "changes", [{"OTEL_SERVICE_NAME": "shop", "OTEL_EXPORTER_OTLP_HEADERS": "X-Key=a%3Db , other=1"}]
)
async def test_the_collector_gets_the_name_and_the_headers(client: httpx2.AsyncClient, flush: Flush) -> None:
    await client.get("/things/7")
    collector = flush()
    assert collector.services == {"shop"}
    assert (collector.headers[0]["x-key"], collector.headers[0]["other"]) == ("a=b", "1")
    assert read(collector.spans[0].attributes)["http.route"] == "/things/{thing_id}"


def test_the_whole_address_goes_before_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://collector:4318/base/")
    assert load_settings(TracingSettings).address == "http://collector:4318/base/v1/traces"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://other.example/traces")
    assert load_settings(TracingSettings).address == "https://other.example/traces"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (ENDPOINT, "collector:4318"),
        (ENDPOINT, "http://user:password@collector:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "canary-4711"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
    ],
)
def test_what_could_not_work_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"^{name}") as caught:
        load_settings(TracingSettings)
    assert value not in str(caught.value).replace("http/protobuf", "")


def test_without_a_collector_nothing_is_loaded_to_send_with() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
