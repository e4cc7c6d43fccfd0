"""Nobody logs in: every route is for everybody, and nothing of accounts or a database is there."""

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.api import EVERYBODY
from app.core.principal import ANONYMOUS
from app.main import create_app
from app.resources import Resources
from app.web.dependencies import ActorDep
from tests.answers import problem

HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


async def test_every_route_is_for_everybody(app: FastAPI, client: httpx2.AsyncClient) -> None:
    routes = [route for route in iter_route_contexts(app.routes) if isinstance(route.original_route, APIRoute)]
    assert {"/health/live", "/health/ready"} <= {route.path for route in routes}
    for route in routes:
        for method in route.methods or ():
            response = await client.request(method, str(route.path).replace("{", "").replace("}", ""))
            assert response.status_code not in {401, 403, 500}, route.path
            assert {name: response.headers[name] for name in HEADERS} == HEADERS


async def test_a_route_outside_of_the_table_has_no_caller(resources: Resources) -> None:
    async def forgotten(actor: ActorDep) -> str:
        return actor.kind

    app = create_app(resources)
    app.add_api_route("/forgotten", forgotten)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        assert problem(await client.get("/forgotten")) == (401, "unauthenticated")


def test_everybody_is_one_caller_without_rights() -> None:
    assert (EVERYBODY.kind, EVERYBODY.scopes) == (ANONYMOUS.kind, frozenset())
    assert EVERYBODY.user_id == EVERYBODY.id


async def test_the_description_asks_for_no_credentials(app: FastAPI) -> None:
    description = app.openapi()
    assert "securitySchemes" not in description["components"]
    assert "security" not in str([list(path.values()) for path in description["paths"].values()])
