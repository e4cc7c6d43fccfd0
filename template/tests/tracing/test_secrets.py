"""What is sent holds no secret."""

import httpx2

from app.tracing.tracing import Tracing
from tests.tracing.collector import read
from tests.tracing.conftest import Flush

CANARY = "canary-4711"
QUERY = {"token": CANARY, "password": CANARY, "anything": CANARY}
HEADERS = {
    "Authorization": f"Bearer {CANARY}",
    "Cookie": f"session={CANARY}",
    "X-Api-Key": CANARY,
    "User-Agent": CANARY,
    "baggage": f"key={CANARY}",
}


async def test_neither_query_nor_headers_nor_body_leave_the_process(client: httpx2.AsyncClient, flush: Flush) -> None:
    for path in ("/things/7", "/crash", "/unknown", "/tasks", "/bad-tasks"):
        await client.post(path, params=QUERY, headers=HEADERS, json=QUERY)
    collector = flush()
    assert len(collector.spans) >= 5
    assert CANARY.encode() not in b"".join(collector.bodies)
    assert all("url.query" not in read(span.attributes) for span in collector.spans)


async def test_what_looks_like_a_credential_is_redacted_in_spans_of_your_own(tracing: Tracing, flush: Flush) -> None:
    assert tracing.tracer
    span = tracing.tracer.start_span("own", attributes={"note": f"password={CANARY}", "harmless": "as it is"})
    span.record_exception(RuntimeError(f"Authorization: Bearer {CANARY}"))
    span.end()
    collector = flush()
    assert CANARY.encode() not in b"".join(collector.bodies)
    assert read(collector.named("own").attributes) == {"note": "password=[redacted]", "harmless": "as it is"}


async def test_the_address_of_a_call_has_neither_query_nor_password(tracing: Tracing, flush: Flush) -> None:
    assert tracing.tracer
    with (
        tracing.tracer.start_as_current_span("own"),
        tracing.call("GET", f"https://u:{CANARY}@other.example/a?b={CANARY}#c"),
    ):
        pass
    collector = flush()
    assert CANARY.encode() not in b"".join(collector.bodies)
    attributes = read(collector.named("GET").attributes)
    assert (attributes["url.full"], attributes["server.address"]) == ("https://other.example/a", "other.example")


async def test_a_call_outside_of_a_trace_is_none(tracing: Tracing, flush: Flush) -> None:
    with tracing.call("GET", "https://other.example/"):
        pass
    assert flush().spans == []
