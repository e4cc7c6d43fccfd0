"""`/api/v1/items` of a service in which nobody logs in: everybody sees and changes all of them."""

from uuid import UUID, uuid4

import httpx2
import pytest

from tests.answers import problem

URL = "/api/v1/items"
BICYCLE = {"title": "Bicycle", "description": "Red, 28 inches"}


async def create(client: httpx2.AsyncClient, **body: object) -> dict[str, str]:
    """Return a new item."""
    response = await client.post(URL, json={**BICYCLE, **body})
    assert response.status_code == 201
    item: dict[str, str] = response.json()
    return item


async def test_creates_an_item(client: httpx2.AsyncClient) -> None:
    response = await client.post(URL, json=BICYCLE)
    body = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"{URL}/{body['id']}"
    assert {name: body[name] for name in BICYCLE} == BICYCLE
    assert body["owner_id"] == str(UUID(int=0))
    assert (await client.get(response.headers["location"])).json() == body


@pytest.mark.parametrize("change", [{"title": "Tandem"}, {"description": "Green"}, {"description": None}, {}])
async def test_changes_only_what_is_sent(client: httpx2.AsyncClient, change: dict[str, object]) -> None:
    item = await create(client)
    changed = (await client.patch(f"{URL}/{item['id']}", json=change)).json()
    assert {**changed, "updated_at": ""} == {**item, **change, "updated_at": ""}
    assert (changed["updated_at"] > item["updated_at"]) == bool(change)
    assert (await client.get(f"{URL}/{item['id']}")).json() == changed


async def test_deletes_an_item(client: httpx2.AsyncClient) -> None:
    item = await create(client)
    assert (await client.delete(f"{URL}/{item['id']}")).status_code == 204
    assert problem(await client.get(f"{URL}/{item['id']}")) == (404, "item-not-found")
    assert problem(await client.delete(f"{URL}/{item['id']}")) == (404, "item-not-found")


async def test_leaves_another_version_alone_than_the_one_that_was_read(client: httpx2.AsyncClient) -> None:
    made = await client.post(URL, json=BICYCLE)
    path, stale = made.headers["location"], {"If-Match": made.headers["etag"]}
    changed = await client.patch(path, json={"title": "Tandem"}, headers=stale)
    assert changed.json()["title"] == "Tandem"
    for refused in (
        await client.patch(path, json={"title": "Unicycle"}, headers=stale),
        await client.delete(path, headers=stale),
    ):
        assert problem(refused) == (412, "precondition-failed")
    read = await client.get(path)
    assert (read.json(), read.headers["etag"]) == (changed.json(), changed.headers["etag"])
    assert (await client.delete(path, headers={"If-Match": read.headers["etag"]})).status_code == 204


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_says_when_there_is_no_such_item(client: httpx2.AsyncClient, method: str) -> None:
    body = {"title": "Tandem"} if method == "PATCH" else None
    assert problem(await client.request(method, f"{URL}/{uuid4()}", json=body)) == (404, "item-not-found")
    assert problem(await client.request(method, f"{URL}/seven", json=body)) == (422, "validation-error")


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": "x" * 201}, {"title": None}, {"title": "a", "x": 1}])
async def test_refuses_a_malformed_item(client: httpx2.AsyncClient, body: dict[str, object]) -> None:
    assert problem(await client.post(URL, json=body)) == (422, "validation-error")


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "title", "-title"])
async def test_pages_follow_one_another(client: httpx2.AsyncClient, sort: str) -> None:
    titles = ["One", "Three", "Two"]
    for title in titles:
        await create(client, title=title)
    first = (await client.get(URL, params={"sort": sort, "limit": 2})).json()
    second = (await client.get(URL, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    seen = [item["title"] for page in (first, second) for item in page["items"]]
    assert seen == (titles[::-1] if sort.startswith("-") else titles)
    assert second["next_cursor"] is None


async def test_finds_by_title_whatever_the_case(client: httpx2.AsyncClient) -> None:
    for title in ("Blue", "Red"):
        await create(client, title=title)
    for text, found in {"LUE": ["Blue"], "e": ["Blue", "Red"], "%": []}.items():
        items = (await client.get(URL, params={"q": text, "sort": "created_at"})).json()["items"]
        assert [item["title"] for item in items] == found
