"""Rule 5: queries carry the caller: user A x object of B x every verb. Other domains hold theirs in their own tests."""

from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from tests.factories import People, Person
from tests.security.surface import Endpoint, endpoints


async def objects_of(owner: Person) -> dict[str, str]:
    """Return path parameter → id of something that belongs to the owner."""
    sessions = (await owner.client.get("/api/v1/auth/sessions")).json()
    objects = {"user_id": str(owner.id), "session_id": sessions[0]["id"]}
    item = await owner.client.post("/api/v1/items", json={"title": "Bicycle"})
    return {**objects, "item_id": item.json()["id"]} if item.status_code == 201 else objects


def rows_about(app: FastAPI, objects: dict[str, str]) -> list[tuple[Endpoint, str]]:
    """Return every endpoint that names one of the objects, with its address."""
    named = ((endpoint, endpoint.url(**objects)) for endpoint in endpoints(app))
    return [(endpoint, url) for endpoint, url in named if url != endpoint.path and str(UUID(int=0)) not in url]


async def send(client: httpx2.AsyncClient, endpoint: Endpoint, url: str) -> httpx2.Response:
    """Send a request with a valid body."""
    return await client.request(endpoint.method, url, json=endpoint.body if endpoint.media_type else None)


async def test_every_verb_on_everything_of_somebody_else_is_refused(app: FastAPI, people: People) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    matrix = rows_about(app, await objects_of(owner))
    assert {endpoint.method for endpoint, _ in matrix} >= {"GET", "PATCH", "DELETE"}
    for endpoint, url in matrix:
        response = await send(stranger.client, endpoint, url)
        expected = (403, "missing-scope") if endpoint.path.startswith("/api/v1/users/{") else (404, None)
        if str(endpoint) == "GET /api/v1/users/{user_id}":
            expected = (404, "user-not-found")
        assert response.status_code == expected[0], endpoint
        assert expected[1] in {None, response.json()["code"]}, endpoint


async def test_what_belongs_to_somebody_else_looks_like_what_is_not_there(app: FastAPI, people: People) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    objects = await objects_of(owner)
    for endpoint, url in rows_about(app, objects):
        theirs = await send(stranger.client, endpoint, url)
        nobodys = await send(stranger.client, endpoint, endpoint.url())
        assert {**theirs.json(), "request_id": 0} == {**nobodys.json(), "request_id": 0}, endpoint


async def test_nothing_of_the_owner_has_changed_afterwards(app: FastAPI, people: People) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    objects = await objects_of(owner)
    readable = [url for endpoint, url in rows_about(app, objects) if endpoint.method == "GET"]
    before = [(await owner.client.get(url)).json() for url in readable]
    for endpoint, url in rows_about(app, objects):
        await send(stranger.client, endpoint, url)
    assert [(await owner.client.get(url)).json() for url in readable] == before


async def test_the_owner_may_do_what_the_matrix_refuses(app: FastAPI, people: People) -> None:
    """Otherwise it would also pass where nothing works at all."""
    owner = await people.administrator()
    other = await people.create()
    objects = {**await objects_of(owner), "user_id": str(other.id)}
    order = sorted(rows_about(app, objects), key=lambda row: (row[0].method == "DELETE", "session_id" in row[0].path))
    for endpoint, url in order:
        assert (await send(owner.client, endpoint, url)).is_success, endpoint


@pytest.mark.parametrize("path", ["/api/v1/auth/sessions", "/api/v1/items"])
async def test_lists_hold_nothing_of_somebody_else(app: FastAPI, people: People, path: str) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    objects = await objects_of(owner)
    answer = (await stranger.client.get(path)).text
    assert not [value for value in objects.values() if value in answer]
