"""Tasks that requests of these tests leave behind."""

from typing import TYPE_CHECKING

import structlog

from app.tasks.job import job

if TYPE_CHECKING:
    from app.resources import Resources

log = structlog.get_logger(__name__)


async def note(resources: "Resources", text: str) -> None:
    """Leave a line in the log."""
    log.warning("noted", length=len(text))


@job(attempts=1)
async def stumble(resources: "Resources") -> None:
    """Fail."""
    raise RuntimeError("token=canary-of-a-task")
