"""A worker reports what it gives up, with the request that it comes from."""

from dataclasses import replace

from app.resources import Resources
from app.tasks.envelope import Origin, put_in_envelope
from app.tasks.job import job
from app.tasks.settings import TaskSettings
from app.tasks.transport import Delivery
from app.worker import Worker
from tests.memory_transport import MemoryTransport
from tests.sentry.receiver import Receiver


@job(attempts=2)
async def fail(_resources: Resources, reason: str) -> None:
    """Fail."""
    raise RuntimeError(reason)


async def test_only_the_last_try_is_reported(
    reporting: Resources, receiver: Receiver, task_settings: TaskSettings, canary: str
) -> None:
    broker = MemoryTransport()
    worker = Worker(replace(reporting, transport=broker), task_settings)
    envelope = put_in_envelope(fail, f"token={canary}").from_request(Origin(request_id="request-7"))
    await worker.handle(Delivery(envelope.body, redelivered=0))
    ((_, again),) = broker.later
    await worker.handle(Delivery(again, redelivered=0))
    await reporting.aclose()
    event = receiver.event
    assert event["transaction"].endswith("fail")
    assert event["tags"] == {"task": event["transaction"], "job": str(envelope.id), "request_id": "request-7"}
    assert canary not in receiver.envelopes[0].decode()
