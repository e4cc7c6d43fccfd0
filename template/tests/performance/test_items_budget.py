"""How many queries a request about items may cost, and how long it takes (`make bench`)."""

from uuid import UUID

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.core.pagination import Page, PageRequest
from app.core.principal import Principal
from app.items.models import ItemModel
from app.items.service import ItemService
from tests.factories import People, Person
from tests.performance.conftest import Bench, Queries


async def create_items(person: Person, number: int) -> None:
    for index in range(number):
        response = await person.client.post("/api/v1/items", json={"title": f"Item {index}"})
        assert response.status_code == 201


async def test_a_page_costs_two_queries_however_many_items_it_has(people: People, queries: Queries) -> None:
    person = await people.logged_in()
    await create_items(person, 20)
    with queries.at_most(2):
        response = await person.client.get("/api/v1/items?q=item")
    assert len(response.json()["items"]) == 20


async def test_every_other_request_costs_at_most_three(people: People, queries: Queries) -> None:
    person = await people.logged_in()
    with queries.at_most(2):
        item = (await person.client.post("/api/v1/items", json={"title": "Bicycle"})).json()
    path = f"/api/v1/items/{item['id']}"
    with queries.at_most(2):
        assert (await person.client.get(path)).status_code == 200
    with queries.at_most(3):
        assert (await person.client.patch(path, json={"title": "Red bicycle"})).status_code == 200
    with queries.at_most(2):
        assert (await person.client.delete(path)).status_code == 204


async def test_a_query_per_row_turns_the_budget_red(
    people: People, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await people.logged_in()
    await create_items(person, 5)
    page_items = ItemService.page_items

    async def with_a_query_per_row(
        self: ItemService, actor: Principal, request: PageRequest, *, text: str | None
    ) -> Page[ItemModel]:
        page = await page_items(self, actor, request, text=text)
        owner = UUID(str(actor.id))
        return Page([row for row in page.items if await self.items.get_owned(row.id, owner)], page.next_cursor)

    monkeypatch.setattr(ItemService, "page_items", with_a_query_per_row)
    with pytest.raises(AssertionError, match="SELECT items"), queries.at_most(2):
        await person.client.get("/api/v1/items")


def test_speed_of_a_page_of_fifty(bench: Bench, benchmark: BenchmarkFixture) -> None:
    bench.runner.run(create_items(bench.person, 50))
    response = benchmark(bench.call, lambda client: client.get("/api/v1/items"))
    assert len(response.json()["items"]) == 50


def test_speed_of_creating(bench: Bench, benchmark: BenchmarkFixture) -> None:
    response = benchmark(bench.call, lambda client: client.post("/api/v1/items", json={"title": "Bicycle"}))
    assert response.status_code == 201
