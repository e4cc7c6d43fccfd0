"""Settings of the traces, by the names that OpenTelemetry gives them."""

from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import Field, SecretStr, field_validator

from app.core.patterns import matching
from app.core.settings import EnvSettings

Address = Annotated[
    str,
    matching(r"https?://[^\s/?#@]+[^\s?#@]*", "must be an http:// or https:// address, such as http://localhost:4318"),
]
Sampler = Literal[
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
    "always_on",
    "always_off",
    "traceidratio",
]


class TracingSettings(EnvSettings):
    """Traces."""

    otel_exporter_otlp_endpoint: Address | None = Field(
        default=None,
        description="Collector that takes OTLP over HTTP, such as http://localhost:4318. Unset: nothing is traced.",
    )
    otel_exporter_otlp_traces_endpoint: Address | None = Field(
        default=None, description="The same in full, where the path is not /v1/traces."
    )
    otel_exporter_otlp_headers: SecretStr | None = Field(
        default=None, description="Headers that the collector wants, such as its key: `name=value,name=value`."
    )
    otel_exporter_otlp_protocol: Literal["http/protobuf"] = Field(
        default="http/protobuf", description="How traces are sent; there is no other way."
    )
    otel_service_name: str | None = Field(default=None, description="Name in the traces. Unset: the project's own.")
    otel_traces_sampler: Sampler = Field(
        default="parentbased_always_on",
        description="Which traces are sent. `parentbased_…` leaves it to the caller where the caller traces, too.",
    )
    otel_traces_sampler_arg: float = Field(
        default=1, ge=0, le=1, description="Share of them, for the two that end in `traceidratio`."
    )
    otel_sdk_disabled: bool = Field(default=False, description="Trace nothing, wherever it would be sent.")

    @field_validator("otel_exporter_otlp_headers")
    @classmethod
    def _be_pairs(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not all(name.strip() and sign for name, sign, _ in _pairs(value)):
            raise ValueError("must be name=value,name=value")
        return value

    @property
    def address(self) -> str | None:
        """Where traces are sent; None: nowhere."""
        if self.otel_sdk_disabled:
            return None
        if self.otel_exporter_otlp_traces_endpoint or self.otel_exporter_otlp_endpoint is None:
            return self.otel_exporter_otlp_traces_endpoint
        return f"{self.otel_exporter_otlp_endpoint.removesuffix('/')}/v1/traces"

    @property
    def headers(self) -> dict[str, str]:
        """What is sent with them. Values may be percent-encoded (OpenTelemetry, "OTLP Exporter Configuration")."""
        given = self.otel_exporter_otlp_headers
        return {name.strip().lower(): unquote(value.strip()) for name, _, value in _pairs(given)} if given else {}


def _pairs(value: SecretStr) -> list[tuple[str, str, str]]:
    return [pair.partition("=") for pair in value.get_secret_value().split(",") if pair.strip()]
