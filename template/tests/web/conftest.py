"""A small application with all the middleware and endpoints that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated

import httpx2
import pytest
import structlog
from fastapi import APIRouter, Body, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app.core.errors import NotFound
from app.core.logging import configure_logging
from app.core.schemas import Schema
from app.core.settings import Settings
from app.web.middleware import add_middleware
from app.web.openapi import Service
from app.web.problems import add_problem_handlers

MakeApp = Callable[..., FastAPI]


@pytest.fixture
def make_app() -> MakeApp:
    """Return a function that makes the small application; its arguments are settings."""

    def make(**values: object) -> FastAPI:
        settings = Settings.model_validate({"environment": "test", "log_level": "DEBUG", **values})
        configure_logging(settings)
        app = Service(redirect_slashes=False)
        app.state.draining = False
        add_middleware(app, settings)
        add_problem_handlers(app)
        app.include_router(router)
        return app

    return make


@pytest.fixture
def small_app(make_app: MakeApp) -> FastAPI:
    """Return the small application with default settings."""
    return make_app(max_body_bytes=1024, request_timeout_seconds=0.2)


@pytest.fixture
async def small_client(small_app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of the small application."""
    async with client_of(small_app) as client:
        yield client


@pytest.fixture
def logged(small_app: FastAPI, settings: Settings) -> Iterator[list[EventDict]]:
    """Return what is logged during the test."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as events:
        yield events
    configure_logging(settings)


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    """Return a client that gets answers, not exceptions."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost")


#: What a request can meet.
router = APIRouter()


@router.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}


@router.get("/public")
async def read_public() -> Response:
    return Response(headers={"Cache-Control": "public, max-age=60"})


@router.get("/missing")
async def miss() -> None:
    raise NotFound


@router.get("/crash")
async def crash() -> None:
    raise RuntimeError("the password is hunter2")


@router.get("/crash-late")
async def crash_late() -> Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("too late")

    return StreamingResponse(body())


@router.get("/slow")
async def be_slow() -> None:
    await asyncio.sleep(10)


@router.get("/stream")
async def stream() -> Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"slow"
        await asyncio.sleep(0.4)
        yield b"ly"

    return StreamingResponse(body())


@router.get("/gone")
async def go_away() -> None:
    raise ClientDisconnect


@router.post("/echo")
async def echo(body: Annotated[dict[str, str], Body()]) -> dict[str, str]:
    return body


class Visitor(Schema):
    """A body with a few fields."""

    email: str
    password: str
    full_name: str | None = None


@router.post("/visitors")
async def welcome(body: Visitor) -> None:
    assert body.email


@router.post("/upload")
async def upload(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}
