"""Which scope each operation needs, in the OpenAPI description."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

VERBS = {"read": "Read", "write": "Change"}


def describe_scopes(schema: dict[str, Any], routes: Sequence[BaseRoute], scopes: Iterable[str]) -> None:
    """Name all scopes in the security schemes, and in every operation the one that its guard asks for."""
    descriptions = {scope: _describe(scope) for scope in sorted(scopes)}
    for scheme in schema["components"].get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            flow["scopes"] = descriptions
    for route in iter_route_contexts(routes):
        guards = list(_guards_of(route))
        for method in route.methods or ():
            operation = schema["paths"].get(route.path, {}).get(method.lower(), {})
            for guard in guards:
                if (scope := guard.scope_for(method)) is not None:
                    operation["security"] = [{name: [scope] for name in entry} for entry in operation["security"]]
            if "security" in operation and not guards:
                # Asks who is calling, but lets everybody in: OpenAPI says so with an empty requirement.
                operation["security"] = [*operation["security"], {}]


def _guards_of(route: Any) -> Iterable[Any]:
    dependant = getattr(route, "dependant", None)
    for dependency in dependant.dependencies if dependant else ():
        if hasattr(dependency.call, "scope_for"):
            yield dependency.call


def _describe(scope: str) -> str:
    subject, _, verb = scope.partition(":")
    return f"{VERBS[verb]} {subject}" if verb in VERBS else f"Your own {subject}"
