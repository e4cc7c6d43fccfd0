"""`/api/v1/items`: one item at a time."""

from uuid import UUID, uuid4

import httpx2
import pytest

from tests.answers import problem
from tests.factories import People, Person

URL = "/api/v1/items"
BICYCLE = {"title": "Bicycle", "description": "Red, 28 inches"}


async def create(person: Person, **body: object) -> dict[str, str]:
    """Return a new item of the person's."""
    response = await person.client.post(URL, json={**BICYCLE, **body})
    assert response.status_code == 201
    item: dict[str, str] = response.json()
    return item


async def test_creates_an_item(people: People) -> None:
    person = await people.logged_in()
    response = await person.client.post(URL, json=BICYCLE)
    body = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"{URL}/{body['id']}"
    assert body.keys() == {"id", "owner_id", "title", "description", "created_at", "updated_at"}
    assert (body["title"], body["description"], body["owner_id"]) == (*BICYCLE.values(), str(person.id))
    assert (await person.client.get(response.headers["location"])).json() == body


async def test_the_description_may_be_left_out(people: People) -> None:
    person = await people.logged_in()
    response = await person.client.post(URL, json={"title": "Bicycle"})
    assert response.json()["description"] is None


async def test_keeps_every_text_as_it_is(people: People) -> None:
    person = await people.logged_in()
    for text in ("x" * 200, "\u200f\u05d0", "🚲", "'; DROP TABLE items; --", "{{7*7}}", " "):
        item = await create(person, title=text, description=text)
        read = (await person.client.get(f"{URL}/{item['id']}")).json()
        assert (read["title"], read["description"]) == (text, text)


async def test_refuses_a_malformed_item(people: People) -> None:
    person = await people.logged_in()
    item = await create(person)
    bad: dict[str, list[object]] = {
        "title": ["", "x" * 201, None, 7, "a\x00b"],
        "description": ["x" * 5001, 7, {}, "a\x00b"],
    }
    for name, value in ((name, value) for name, values in bad.items() for value in values):
        created = await person.client.post(URL, json={**BICYCLE, name: value})
        updated = await person.client.patch(f"{URL}/{item['id']}", json={name: value})
        assert problem(created) == problem(updated) == (422, "validation-error"), (name, value)


@pytest.mark.parametrize("change", [{"title": "Tandem"}, {"description": "Green"}, {"description": None}, {}])
async def test_changes_only_what_is_sent(people: People, change: dict[str, object]) -> None:
    person = await people.logged_in()
    item = await create(person)
    response = await person.client.patch(f"{URL}/{item['id']}", json=change)
    assert response.status_code == 200
    changed = response.json()
    assert {**changed, "updated_at": ""} == {**item, **change, "updated_at": ""}
    assert (changed["updated_at"] > item["updated_at"]) == bool(change)
    assert (await person.client.get(f"{URL}/{item['id']}")).json() == changed


async def test_deletes_an_item(people: People) -> None:
    person = await people.logged_in()
    item = await create(person)
    assert (await person.client.delete(f"{URL}/{item['id']}")).status_code == 204
    assert problem(await person.client.get(f"{URL}/{item['id']}")) == (404, "item-not-found")
    assert problem(await person.client.delete(f"{URL}/{item['id']}")) == (404, "item-not-found")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_says_when_there_is_no_such_item(people: People, method: str) -> None:
    person = await people.logged_in()
    body = {"title": "Tandem"} if method == "PATCH" else None
    response = await person.client.request(method, f"{URL}/{uuid4()}", json=body)
    assert problem(response) == (404, "item-not-found")
    assert response.json()["detail"] == "Item not found"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_refuses_an_id_that_is_none(people: People, method: str) -> None:
    person = await people.logged_in()
    body = {"title": "Tandem"} if method == "PATCH" else None
    response = await person.client.request(method, f"{URL}/seven", json=body)
    assert problem(response) == (422, "validation-error")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_the_item_of_a_stranger_is_not_there(people: People, method: str) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    item = await create(owner)
    body = {"title": "Mine now"} if method == "PATCH" else None
    response = await stranger.client.request(method, f"{URL}/{item['id']}", json=body)
    assert problem(response) == (404, "item-not-found")
    assert (await owner.client.get(f"{URL}/{item['id']}")).json() == item


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "")] + [(method, f"/{UUID(int=0)}") for method in ("GET", "PATCH", "DELETE")],
)
async def test_refuses_somebody_who_is_not_logged_in(client: httpx2.AsyncClient, method: str, path: str) -> None:
    body = BICYCLE if method in {"POST", "PATCH"} else None
    assert problem(await client.request(method, URL + path, json=body)) == (401, "unauthenticated")
