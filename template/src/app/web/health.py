"""What orchestrators and load balancers ask: whether the process runs, and whether it may get requests."""

import asyncio
from collections.abc import Mapping
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.core.schemas import Schema
from app.resources import Check
from app.web.dependencies import ResourcesDep
from app.web.problems import MEDIA_TYPE, declare, example_of, problem_response

log = structlog.get_logger(__name__)

#: A part that does not answer within this many seconds is away; the whole answer must leave within two.
PATIENCE = 1.5
#: Parts that went away are often back, and workers replaced, before the next probe.
RETRY_AFTER = {"Retry-After": "5"}

NOT_READY = declare(503)
NOT_READY["content"][MEDIA_TYPE]["examples"] = {
    "not-ready": example_of(503, "not-ready", "A needed part is away", checks={"database": "away"}),
    "draining": example_of(503, "not-ready", "The service is shutting down", checks={"process": "draining"}),
}

router = APIRouter(prefix="/health", tags=["health"])


class Liveness(Schema):
    """The process runs."""

    status: Literal["alive"] = Field(default="alive", description="Always `alive`.", examples=["alive"])


class Readiness(Schema):
    """All needed parts answer."""

    status: Literal["ready"] = Field(default="ready", description="Always `ready`.", examples=["ready"])
    checks: dict[str, Literal["ok"]] = Field(description="Each part that was asked.", examples=[{"database": "ok"}])


@router.get("/live", summary="Is the process alive?")
async def get_liveness() -> Liveness:
    """Answer without touching anything else: when this fails, only a restart helps."""
    return Liveness()


@router.get("/ready", response_model=Readiness, summary="May the process get requests?", responses={503: NOT_READY})
async def get_readiness(request: Request, resources: ResourcesDep) -> Readiness | Response:
    """Ask every needed part for an answer. Not ready also means: finishing its last requests before it ends."""
    if request.app.state.draining:
        return _not_ready("The service is shutting down", {"process": "draining"})
    checks = await _run_checks(resources.checks())
    if "away" in checks.values():
        return _not_ready("A needed part is away", checks)
    return Readiness(checks=dict.fromkeys(checks, "ok"))


async def _run_checks(checks: Mapping[str, Check]) -> dict[str, str]:
    running = {name: asyncio.ensure_future(check()) for name, check in checks.items()}
    if running:
        await asyncio.wait(running.values(), timeout=PATIENCE)
    return {name: _outcome(name, task) for name, task in running.items()}


def _outcome(name: str, task: asyncio.Future[None]) -> str:
    if not task.done():
        # Not awaited: a driver may take its time to notice that it was cancelled.
        task.cancel()
        task.add_done_callback(_forget)
        log.warning("health_check_timeout", part=name, seconds=PATIENCE)
        return "away"
    if (error := task.exception()) is not None:
        log.warning("health_check_failed", part=name, error=repr(error))
        return "away"
    return "ok"


def _forget(task: asyncio.Future[None]) -> None:
    if not task.cancelled():
        task.exception()


def _not_ready(detail: str, checks: dict[str, str]) -> Response:
    return problem_response(503, "not-ready", detail, headers=RETRY_AFTER, checks=checks)
