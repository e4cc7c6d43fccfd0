"""`GET` and `DELETE /api/v1/api-keys`: one's own keys."""

from uuid import UUID

import pytest

from tests.answers import problem
from tests.api_keys.programs import INVALID, KEYS, NOTES, create, program_of
from tests.factories import People

NOT_FOUND = (404, "api-key-not-found")


async def test_comes_in_pages_latest_first(people: People) -> None:
    person = await people.logged_in()
    made = [(await create(person, name=f"{number}")).json()["id"] for number in range(5)]
    found, cursor = [], ""
    while cursor is not None:
        page = (await person.client.get(f"{KEYS}?limit=2{cursor and f'&cursor={cursor}'}")).json()
        found += [key["id"] for key in page["items"]]
        cursor = page["next_cursor"]
    assert found == made[::-1]
    oldest = (await person.client.get(f"{KEYS}?sort=created_at")).json()["items"]
    assert [key["id"] for key in oldest] == made


async def test_holds_no_secret_and_nothing_of_anybody_else(people: People) -> None:
    person, other = await people.logged_in(), await people.logged_in()
    await create(other)
    made = (await create(person)).json()
    (shown,) = (await person.client.get(KEYS)).json()["items"]
    assert shown == {name: value for name, value in made.items() if name != "key"}


async def test_a_deleted_key_is_refused_at_once(people: People) -> None:
    person = await people.logged_in()
    program, other = await program_of(people, person), await program_of(people, person)
    assert (await person.client.delete(f"{KEYS}/{program.id}")).status_code == 204
    assert problem(await program.client.get(NOTES)) == INVALID
    assert (await other.client.get(NOTES)).status_code == 200
    assert problem(await person.client.delete(f"{KEYS}/{program.id}")) == NOT_FOUND


@pytest.mark.parametrize("way", ["delete", "rotate"])
async def test_a_strangers_key_is_not_found(people: People, way: str) -> None:
    person, stranger = await people.logged_in(), await people.logged_in()
    program = await program_of(people, person)
    for key_id in (program.id, UUID(int=0)):
        if way == "delete":
            answer = await stranger.client.delete(f"{KEYS}/{key_id}")
        else:
            answer = await stranger.client.post(f"{KEYS}/{key_id}/rotate", json={})
        assert problem(answer) == NOT_FOUND
    assert (await program.client.get(NOTES)).status_code == 200
    assert (await stranger.client.get(KEYS)).json()["items"] == []
