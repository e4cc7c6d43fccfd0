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
