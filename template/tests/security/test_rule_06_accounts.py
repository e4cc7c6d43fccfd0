"""Rule 6: what only accounts can lack: a log-in that has ended, a user that nobody has looked for."""

import httpx2
from fastapi import FastAPI

from app.auth.dependencies import CurrentUser
from app.main import create_app
from app.resources import Resources
from tests.answers import problem
from tests.credentials import REFUSED
from tests.factories import People
from tests.security.surface import endpoints


async def test_all_that_belongs_to_accounts_is_guarded(app: FastAPI) -> None:
    assert len([endpoint for endpoint in endpoints(app) if not endpoint.public]) >= 13


async def test_every_guarded_route_refuses_a_log_in_that_has_ended(
    app: FastAPI, people: People, client: httpx2.AsyncClient
) -> None:
    person = await people.logged_in()
    await person.client.post("/api/v1/auth/logout")
    for endpoint in endpoints(app):
        if not endpoint.public:
            assert problem(await endpoint.call(person.client)) == REFUSED, endpoint


async def test_a_forgotten_guard_leaves_no_user_either(people: People, resources: Resources) -> None:
    async def forgotten(user: CurrentUser) -> str:
        return user.email

    app = create_app(resources)
    app.add_api_route("/forgotten", forgotten)
    person = await people.logged_in()
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        for headers in ({}, person.credential):
            assert problem(await client.get("/forgotten", headers=headers)) == (401, "unauthenticated")
