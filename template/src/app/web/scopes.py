"""Which scope each operation needs, in the OpenAPI description."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

#: The security scheme of API keys: it opens only what asks for a scope that keys can have.
API_KEY = "ApiKey"
VERBS = {"read": "Read", "write": "Change"}


def describe_scopes(
    schema: dict[str, Any],
    routes: Sequence[BaseRoute],
    scopes: Iterable[str],
    key_scopes: frozenset[str] = frozenset(),
) -> None:
    """Name all scopes in the security schemes, and in every operation the one that its guard asks for, and of whom."""
    descriptions = {scope: _describe(scope) for scope in sorted(scopes)}
    for scheme in schema["components"].get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            flow["scopes"] = descriptions
    for route in iter_route_contexts(routes):
        for method in route.methods or ():
            operation = schema["paths"].get(route.path, {}).get(method.lower(), {})
            if "security" not in operation:
                continue
            guards = list(_guards_of(route))
            if not guards:
                # Whoever has a credential may send it, nobody has to.
                operation["security"].append({})
            for scope_for in guards:
                scope = scope_for(method)
                names = [name for entry in operation["security"] for name in entry]
                operation["security"] = [
                    {name: [] if scope is None else [scope]} for name in names if name != API_KEY or scope in key_scopes
                ]


def _guards_of(route: Any) -> Iterable[Callable[[str], str | None]]:
    dependant = getattr(route, "dependant", None)
    for dependency in dependant.dependencies if dependant else ():
        scope_for = getattr(dependency.call, "scope_for", None)
        if scope_for is not None:
            yield scope_for


def _describe(scope: str) -> str:
    subject, _, verb = scope.partition(":")
    return f"{VERBS[verb]} {subject}" if verb in VERBS else f"Your own {subject}"
