"""What every request leaves in the metrics, and /metrics itself where the service has no port of its own for it."""

from time import perf_counter

from fastapi import FastAPI, Request, Response
from prometheus_client.exposition import choose_encoder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.settings import Settings
from app.metrics.instruments import Metrics
from app.web.middleware.access_log import CLIENT_CLOSED_REQUEST, route_of


class MetricsMiddleware:
    """Counts and measures each request by the template of its route: a flood of unknown paths adds nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other scopes pass untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        metrics: Metrics = scope["app"].state.resources.metrics
        began, status = perf_counter(), CLIENT_CLOSED_REQUEST

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics.active_requests.inc()
        try:
            await self.app(scope, receive, noting_send)
        finally:
            metrics.active_requests.dec()
            metrics.request_ended(scope["method"], route_of(scope) or "", status, perf_counter() - began)


def add_metrics(app: FastAPI, settings: Settings) -> None:
    """Measure all requests, also those that are refused at once; outside production, serve /metrics."""
    app.add_middleware(MetricsMiddleware)
    if settings.environment != "production":
        app.add_route("/metrics", _get_metrics, include_in_schema=False)


async def _get_metrics(request: Request) -> Response:
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(request.app.state.resources.metrics.registry), headers={"Content-Type": media_type})
