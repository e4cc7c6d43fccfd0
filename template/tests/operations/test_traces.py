"""A process of its own sends its spans, the last of them when it ends."""

import json

from tests.operations.conftest import StartService
from tests.tracing.collector import collecting

PATH = "/openapi.json"
DOCS = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


async def test_what_was_not_sent_is_sent_at_the_end(start_service: StartService) -> None:
    with collecting() as collector:
        service = await start_service(
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint, OTEL_BSP_SCHEDULE_DELAY="60000", SHUTDOWN_DELAY_SECONDS="0"
        )
        assert (await service.ask(DOCS)).status == 200
        assert collector.spans == []
        service.terminate()
        assert await service.exit_code(within=10) == 0
        # The probes that waited for the start are not among them.
        assert [span.name for span in collector.spans] == ["GET /openapi.json"]
        (line,) = [line for line in map(json.loads, service.log.read_text().splitlines()) if line.get("path") == PATH]
        assert line["trace_id"] == collector.spans[0].trace_id.hex()
    assert service.errors.read_text() == ""
