"""The routes that the service really has, with a valid body for each: security tests walk over all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from tests import credentials

#: What everybody may call. Whoever makes a route public adds it here, and somebody else reads that line.
PUBLIC = {
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    *credentials.PUBLIC,
}
FORM = "application/x-www-form-urlencoded"
Served = tuple[tuple[str, str], ...]
#: Writing the description takes longer than most tests, and all applications have the same routes.
_DESCRIBED: dict[Served, list["Endpoint"]] = {}


@dataclass(frozen=True)
class Endpoint:
    """One method of one route; `body` is a valid one, made of the examples in the schema."""

    method: str
    path: str
    media_type: str | None = None
    body: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def public(self) -> bool:
        """Whether everybody may call it."""
        return (self.method, self.path) in PUBLIC

    def url(self, **values: object) -> str:
        """Return an address; path parameters that are not given are ids of nothing."""
        parts = [values.get(part[1:-1], UUID(int=0)) if "{" in part else part for part in self.path.split("/")]
        return "/".join(map(str, parts))

    async def call(self, client: httpx2.AsyncClient, body: dict[str, Any] | None = None) -> httpx2.Response:
        """Send a request with the valid body, or with another one."""
        content = self.body if body is None else body
        if self.media_type == FORM:
            return await client.request(self.method, self.url(), data=content)
        return await client.request(self.method, self.url(), json=content if self.media_type else None)


def endpoints(app: FastAPI) -> list[Endpoint]:
    """Return every endpoint that the application serves, the documentation aside."""
    routes = [route for route in iter_route_contexts(app.routes) if isinstance(route.original_route, APIRoute)]
    served = tuple((method, str(route.path)) for route in routes for method in route.methods or ())
    if served not in _DESCRIBED:
        _DESCRIBED[served] = list(_describe(app.openapi(), served))
    return _DESCRIBED[served]


def _describe(described: dict[str, Any], served: Served) -> Iterator[Endpoint]:
    for method, path in served:
        operation = described["paths"][path][method.lower()]
        for media_type, content in operation.get("requestBody", {"content": {None: {}}})["content"].items():
            yield Endpoint(method, path, media_type, _example(described, content.get("schema", {})))


def _example(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    properties = described["components"]["schemas"][name]["properties"] if name else {}
    return {key: value.get("examples", [value.get("default")])[0] for key, value in properties.items()}
