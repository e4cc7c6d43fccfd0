"""One span per request, part of the caller's trace if that is one."""

import httpx2
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from app import DISTRIBUTION
from tests.tracing.collector import read
from tests.tracing.conftest import Flush

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
STATUS = "http.response.status_code"


async def test_a_request_is_a_span_under_its_route(client: httpx2.AsyncClient, flush: Flush) -> None:
    assert (await client.get("/things/7")).status_code == 200
    span = flush().named("GET /things/{thing_id}")
    assert (span.kind, span.parent_span_id) == (Span.SPAN_KIND_SERVER, b"")
    attributes = read(span.attributes)
    assert (attributes["http.route"], attributes[STATUS]) == ("/things/{thing_id}", "200")
    assert span.end_time_unix_nano > span.start_time_unix_nano
    assert flush().services == {DISTRIBUTION}


@pytest.mark.parametrize(("path", "status", "code"), [("/things/x", "422", 0), ("/crash", "500", 2)])
async def test_only_our_own_failures_are_errors(
    client: httpx2.AsyncClient, flush: Flush, path: str, status: str, code: int
) -> None:
    await client.get(path)
    (span,) = flush().spans
    assert (read(span.attributes)[STATUS], span.status.code) == (status, code)
    assert Status.STATUS_CODE_ERROR == 2


async def test_a_trace_of_the_caller_goes_on(client: httpx2.AsyncClient, flush: Flush) -> None:
    await client.get("/things/7", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    (span,) = flush().spans
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)


@pytest.mark.parametrize(
    "given",
    ["", "nonsense", f"00-{TRACE}-{PARENT}", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", "0" * 5000],
)
async def test_what_is_no_trace_context_begins_a_new_one(client: httpx2.AsyncClient, flush: Flush, given: str) -> None:
    await client.get("/things/7", headers={"traceparent": given})
    (span,) = flush().spans
    assert span.parent_span_id == b""
    assert span.trace_id.hex() != TRACE


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_probes_leave_no_span(client: httpx2.AsyncClient, flush: Flush, path: str) -> None:
    await client.get(path)
    assert flush().spans == []
