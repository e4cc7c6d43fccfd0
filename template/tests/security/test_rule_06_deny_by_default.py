"""Rule 6: deny by default, proved by enumeration."""

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.main import create_app
from app.resources import Resources
from app.web.dependencies import ActorDep
from tests.answers import problem
from tests.credentials import CHALLENGE
from tests.factories import People
from tests.security.surface import PUBLIC, endpoints


async def test_every_route_is_public_by_name_or_refuses_a_stranger(app: FastAPI, client: httpx2.AsyncClient) -> None:
    guarded = [endpoint for endpoint in endpoints(app) if not endpoint.public]
    assert guarded
    for endpoint in guarded:
        response = await endpoint.call(client)
        assert problem(response) == (401, "unauthenticated"), endpoint
        # RFC 6750, 3.1: no error code where no token was sent.
        assert response.headers.get("www-authenticate") == CHALLENGE, endpoint


async def test_the_list_of_public_routes_is_not_longer_than_the_truth(app: FastAPI) -> None:
    assert {(endpoint.method, endpoint.path) for endpoint in endpoints(app)} >= PUBLIC


async def test_nothing_is_served_past_the_table_but_documentation_and_measurements(app: FastAPI) -> None:
    """Guards stand before endpoints only: a mounted application or a route by hand would have none."""
    routes = [route for route in iter_route_contexts(app.routes) if not isinstance(route.original_route, APIRoute)]
    others = {str(route.path).removeprefix("/") for route in routes}
    assert others <= {"openapi.json", "docs", "docs/assets", "docs/setup/{page}.js", "redoc", "metrics"}


async def test_public_routes_are_open(app: FastAPI, client: httpx2.AsyncClient) -> None:
    for endpoint in filter(lambda endpoint: endpoint.public, endpoints(app)):
        response = await endpoint.call(client)
        assert "unauthenticated" not in response.text, endpoint


async def test_no_method_slips_past_the_guards(app: FastAPI, client: httpx2.AsyncClient) -> None:
    for path in {endpoint.url() for endpoint in endpoints(app)}:
        for method in ("HEAD", "OPTIONS", "PUT", "TRACE", "CONNECT", "PROPFIND"):
            response = await client.request(method, path)
            assert response.status_code == 405, (method, path)


async def test_a_slash_at_the_end_is_another_address(app: FastAPI, people: People) -> None:
    person = await people.logged_in()
    for endpoint in endpoints(app):
        response = await person.client.request(endpoint.method, endpoint.url() + "/")
        assert problem(response)[0] in {404, 405, 422}, endpoint


async def test_a_forgotten_guard_closes_a_route_instead_of_opening_it(people: People, resources: Resources) -> None:
    async def forgotten(actor: ActorDep) -> str:
        return str(actor.id)

    app = create_app(resources)
    app.add_api_route("/forgotten", forgotten)
    person = await people.logged_in()
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        for headers in ({}, person.credential):
            assert problem(await client.get("/forgotten", headers=headers)) == (401, "unauthenticated")
