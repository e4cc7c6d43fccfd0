"""Which scope each operation needs, in the OpenAPI description."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

VERBS = {"read": "Read", "write": "Change"}


def describe_scopes(schema: dict[str, Any], routes: Sequence[BaseRoute], scopes: Iterable[str]) -> None:
    """Name all scopes in the security schemes, and the one that its guard asks for in every operation."""
    descriptions = {scope: _describe(scope) for scope in sorted(scopes)}
    for scheme in schema["components"].get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            flow["scopes"] = descriptions
    for route in iter_route_contexts(routes):
        for method in route.methods or ():
            operation = schema["paths"].get(route.path, {}).get(method.lower(), {})
            for scope in _scopes_of(route, method):
                operation["security"] = [{name: [scope] for name in entry} for entry in operation["security"]]


def _scopes_of(route: Any, method: str) -> Iterable[str]:
    dependant = getattr(route, "dependant", None)
    for dependency in dependant.dependencies if dependant else ():
        scope_for = getattr(dependency.call, "scope_for", None)
        if scope_for is not None and (scope := scope_for(method)) is not None:
            yield scope


def _describe(scope: str) -> str:
    subject, _, verb = scope.partition(":")
    return f"{VERBS[verb]} {subject}" if verb in VERBS else f"Your own {subject}"
