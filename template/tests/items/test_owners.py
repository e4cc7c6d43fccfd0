"""What happens to items when the account of their owner ends."""

from sqlalchemy import select

from app.items.models import ItemModel
from app.resources import Resources
from tests.factories import People

URL = "/api/v1/items"


async def test_items_are_deleted_with_their_owner(people: People, resources: Resources) -> None:
    owner, other = await people.logged_in(), await people.logged_in()
    for person in (owner, other):
        await person.client.post(URL, json={"title": "Bicycle"})
    await owner.client.delete("/api/v1/users/me")
    async with resources.database.transaction(read_only=True) as session:
        assert (await session.scalars(select(ItemModel.owner_id))).all() == [other.id]
