"""Errors of requests, told to Sentry under the route that was asked for."""

from starlette.types import Scope

from app.core.principal import Principal
from app.sentry.reports import Sentry
from app.web.middleware.access_log import route_of


def report(error: Exception, scope: Scope) -> None:
    """Report what nobody expected. Of the request itself only the method goes along, and only that of a route."""
    sentry: Sentry = scope["app"].state.resources.sentry
    actor: Principal | None = scope.get("app.principal")
    route = route_of(scope)
    sentry.report(
        error,
        place=route,
        kind="route",
        method=scope["method"] if route else None,
        user_id=actor.id if actor else None,
    )
