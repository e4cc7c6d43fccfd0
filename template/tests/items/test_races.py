"""Two requests about one item at once."""

from uuid import UUID

import pytest

from app.items.models import ItemModel
from app.items.repository import ItemRepository
from app.resources import Resources
from tests.answers import problem
from tests.factories import People


async def test_a_change_of_an_item_that_is_deleted_meanwhile_finds_none(
    people: People, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await people.logged_in()
    item = (await person.client.post("/api/v1/items", json={"title": "Bicycle"})).json()
    get_owned = ItemRepository.get_owned

    async def get_and_lose(self: ItemRepository, item_id: UUID, owner_id: UUID) -> ItemModel | None:
        found = await get_owned(self, item_id, owner_id)
        async with resources.database.transaction() as session:
            assert await ItemRepository(session).delete_owned(item_id, owner_id)
        return found

    monkeypatch.setattr(ItemRepository, "get_owned", get_and_lose)
    response = await person.client.patch(f"/api/v1/items/{item['id']}", json={"title": "Red bicycle"})
    assert problem(response) == (404, "item-not-found")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_version_that_is_changed_while_it_is_compared_is_left_alone(
    people: People, resources: Resources, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    person = await people.logged_in()
    made = await person.client.post("/api/v1/items", json={"title": "Bicycle"})
    get_owned = ItemRepository.get_owned

    async def get_and_be_late(self: ItemRepository, item_id: UUID, owner_id: UUID) -> ItemModel | None:
        found = await get_owned(self, item_id, owner_id)
        async with resources.database.transaction() as session:
            others = ItemRepository(session)
            same = await get_owned(others, item_id, owner_id)
            assert same is not None
            await others.change(same, {"title": "Tandem"})
        return found

    path, headers = made.headers["location"], {"If-Match": made.headers["etag"]}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ItemRepository, "get_owned", get_and_be_late)
        body = {"title": "Unicycle"} if method == "PATCH" else None
        response = await person.client.request(method, path, json=body, headers=headers)
    assert problem(response) == (412, "precondition-failed")
    assert (await person.client.get(path)).json()["title"] == "Tandem"
