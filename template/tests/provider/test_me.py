"""`GET /api/v1/users/me`: whom the access token names."""

import httpx2

from tests.answers import problem
from tests.factories import People
from tests.provider.server import Provider

URL = "/api/v1/users/me"


async def test_shows_whom_the_token_names(people: People, provider: Provider) -> None:
    person = await people.logged_in()
    assert (await person.client.get(URL)).json() == {
        "id": str(person.id),
        "sub": person.sub,
        "issuer": provider.issuer,
        "scopes": ["items:read", "items:write", "openid"],
    }


async def test_refuses_somebody_who_is_not_logged_in(client: httpx2.AsyncClient) -> None:
    assert problem(await client.get(URL)) == (401, "unauthenticated")
