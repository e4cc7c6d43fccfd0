"""How many queries a request with a token may cost."""

from tests.factories import People
from tests.performance.conftest import Queries


async def test_a_forged_token_costs_none(people: People, queries: Queries) -> None:
    person = await people.logged_in()
    person.client.headers["Authorization"] += "x"
    with queries.at_most(0):
        assert (await person.client.get("/api/v1/users/me")).status_code == 401


async def test_refreshing_costs_four(people: People, queries: Queries) -> None:
    person = await people.logged_in()
    with queries.at_most(4):
        response = await person.client.post("/api/v1/auth/refresh", json={"refresh_token": person.refresh_token})
        assert response.status_code == 200
