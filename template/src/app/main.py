"""The application: middleware, error handlers, routers, lifespan."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from app import DESCRIPTION, DISTRIBUTION, TITLE
from app.api import include_routers
from app.core.logging import configure_logging
from app.resources import Resources, load_resources
from app.web.docs import add_docs
from app.web.middleware import add_middleware
from app.web.openapi import Service
from app.web.problems import add_problem_handlers


def create_app(resources: Resources | None = None) -> FastAPI:
    """Build the application; without resources, from the environment.

    Raises:
        ConfigurationError: when the environment is incomplete or unsafe.

    """
    resources = resources or load_resources()
    settings = resources.settings
    configure_logging(settings)
    app = Service(
        title=TITLE,
        description=DESCRIPTION,
        version=version(DISTRIBUTION),
        openapi_url="/openapi.json" if settings.serves_docs else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
    )
    app.state.resources = resources
    app.state.draining = False
    add_middleware(app, settings)
    add_problem_handlers(app)
    include_routers(app)
    if settings.serves_docs:
        add_docs(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    # What the requests have left of SHUTDOWN_TIMEOUT_SECONDS; `serve` notes when that ends.
    ends_at: float | None = getattr(app.state, "ends_at", None)
    left = None if ends_at is None else max(0.0, ends_at - time.monotonic())
    await app.state.resources.aclose(task_seconds=left)
