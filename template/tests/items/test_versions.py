"""`ETag` and `If-Match` of `/api/v1/items`: nobody overwrites what somebody else has changed meanwhile."""

import asyncio

import httpx2
import pytest

from tests.answers import problem
from tests.factories import People, Person

URL = "/api/v1/items"
STALE = (412, "precondition-failed")


async def create(person: Person) -> tuple[str, str]:
    """Return the path of a new item of the person's, and its tag."""
    response = await person.client.post(URL, json={"title": "Bicycle"})
    assert response.status_code == 201
    return response.headers["location"], response.headers["etag"]


async def change(person: Person, path: str, title: str, tag: str | None = None) -> httpx2.Response:
    """Change an item, if it still has this tag."""
    headers = {} if tag is None else {"If-Match": tag}
    return await person.client.patch(path, json={"title": title}, headers=headers)


async def test_each_version_has_a_tag(people: People) -> None:
    person = await people.logged_in()
    path, first = await create(person)
    assert (await person.client.get(path)).headers["etag"] == first
    second = (await change(person, path, "Tandem")).headers["etag"]
    assert second != first
    assert (await person.client.get(path)).headers["etag"] == second
    assert (await person.client.patch(path, json={}, headers={"If-Match": second})).headers["etag"] == second


async def test_changes_the_version_that_was_read(people: People) -> None:
    person = await people.logged_in()
    path, tag = await create(person)
    changed = await change(person, path, "Tandem", tag)
    assert (changed.status_code, changed.json()["title"]) == (200, "Tandem")
    read = await person.client.get(path)
    assert (read.json(), read.headers["etag"]) == (changed.json(), changed.headers["etag"])


async def test_refuses_to_change_or_delete_another_version(people: People) -> None:
    person = await people.logged_in()
    path, stale = await create(person)
    present = await change(person, path, "Tandem")
    assert problem(await change(person, path, "Unicycle", stale)) == STALE
    assert problem(await person.client.delete(path, headers={"If-Match": stale})) == STALE
    assert (await person.client.get(path)).json() == present.json()


async def test_deletes_the_version_that_was_read(people: People) -> None:
    person = await people.logged_in()
    path, tag = await create(person)
    assert (await person.client.delete(path, headers={"If-Match": tag})).status_code == 204
    assert problem(await person.client.get(path)) == (404, "item-not-found")


@pytest.mark.parametrize("named", ["*", '"x", {}', '{}, W/"x"'])
async def test_takes_any_version_and_lists(people: People, named: str) -> None:
    person = await people.logged_in()
    path, tag = await create(person)
    assert (await change(person, path, "Tandem", named.format(tag))).status_code == 200


@pytest.mark.parametrize("named", ["W/{}", '"x"', "x", '""', "", '"', '"{}'])
async def test_a_weak_or_broken_tag_is_that_of_no_version(people: People, named: str) -> None:
    person = await people.logged_in()
    path, tag = await create(person)
    assert problem(await change(person, path, "Tandem", named.format(tag))) == STALE


async def test_a_stranger_learns_nothing_from_a_tag(people: People) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    path, tag = await create(owner)
    for named in (tag, '"x"'):
        assert problem(await change(stranger, path, "Mine now", named)) == (404, "item-not-found")
        response = await stranger.client.delete(path, headers={"If-Match": named})
        assert problem(response) == (404, "item-not-found")


async def test_one_of_many_who_have_read_the_same_wins(people: People) -> None:
    person = await people.logged_in()
    path, tag = await create(person)
    answers = await asyncio.gather(*(change(person, path, f"{number}", tag) for number in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (winner,) = (answer for answer in answers if answer.is_success)
    assert (await person.client.get(path)).json() == winner.json()
