"""`GET /api/v1/items`: pages, orders, search."""

from collections.abc import AsyncIterator

import pytest
import time_machine

from app.core.clock import utc_now
from tests.answers import problem
from tests.factories import People, Person

URL = "/api/v1/items"
SORTS = ("created_at", "-created_at", "title", "-title")


async def add_items(person: Person, *titles: str) -> None:
    """Give the person items, all made in the same microsecond."""
    with time_machine.travel(utc_now(), tick=False):
        for title in titles:
            assert (await person.client.post(URL, json={"title": title})).status_code == 201


async def pages(person: Person, **query: object) -> AsyncIterator[list[dict[str, str]]]:
    """Read page after page to the end."""
    params = {name: str(value) for name, value in query.items()}
    for _ in range(200):
        response = await person.client.get(URL, params=params)
        assert response.status_code == 200
        page = response.json()
        yield page["items"]
        if page["next_cursor"] is None:
            return
        params["cursor"] = page["next_cursor"]
    raise AssertionError("there is always another page")


async def read_all(person: Person, **query: object) -> list[dict[str, str]]:
    """Return the rows of all pages."""
    return [item async for page in pages(person, **query) for item in page]


async def test_an_empty_list_is_one_empty_page(people: People) -> None:
    person = await people.logged_in()
    assert (await person.client.get(URL)).json() == {"items": [], "next_cursor": None}


async def test_a_page_has_fifty_rows_unless_asked_otherwise(people: People) -> None:
    person = await people.logged_in()
    await add_items(person, *map(str, range(101)))
    assert [len(page) async for page in pages(person)] == [50, 50, 1]
    assert [len(page) async for page in pages(person, limit=100)] == [100, 1]
    assert [len(page) async for page in pages(person, limit=101 - 1, q="9")] == [19]


async def test_the_last_page_is_not_followed_by_an_empty_one(people: People) -> None:
    person = await people.logged_in()
    await add_items(person, "a", "b", "c", "d")
    assert [len(page) async for page in pages(person, limit=2)] == [2, 2]


@pytest.mark.parametrize("sort", SORTS)
async def test_equal_values_are_neither_lost_nor_repeated(people: People, sort: str) -> None:
    person = await people.logged_in()
    await add_items(person, "same", "same", "a", "same", "z", "same", "same")
    for limit in (1, 3):
        seen = await read_all(person, sort=sort, limit=limit)
        assert len({item["id"] for item in seen}) == len(seen) == 7
        keys = [(item[sort.lstrip("-")], item["id"]) for item in seen]
        assert keys == sorted(keys, reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", SORTS)
async def test_rows_that_are_added_meanwhile_shift_nothing(people: People, sort: str) -> None:
    person = await people.logged_in()
    await add_items(person, *["15", "11", "18", "10", "17", "13", "19", "12", "16", "14"])
    before = {item["id"] for item in await read_all(person)}
    seen: list[str] = []
    async for page in pages(person, sort=sort, limit=3):
        seen += [item["id"] for item in page if item["id"] in before]
        await add_items(person, "0", "99")
        if len(seen) > 50:
            break
    assert sorted(seen) == sorted(before)


async def test_the_newest_comes_first_by_default(people: People) -> None:
    person = await people.logged_in()
    for title in ("first", "second"):
        await person.client.post(URL, json={"title": title})
    assert [item["title"] for item in await read_all(person)] == ["second", "first"]


async def test_finds_titles_that_contain_a_text(people: People) -> None:
    person = await people.logged_in()
    await add_items(person, "Bike", "motorbike", "100% wool", "100 sheep", "a_b", "axb", "back\\slash")
    found = {"bike": ["Bike", "motorbike"], "100%": ["100% wool"], "a_b": ["a_b"], "\\": ["back\\slash"], "none": []}
    for q, titles in found.items():
        assert [item["title"] for item in await read_all(person, q=q, sort="title", limit=1)] == titles


async def test_shows_nothing_of_a_stranger(people: People) -> None:
    owner, stranger = await people.logged_in(), await people.logged_in()
    await add_items(owner, "a", "b", "c")
    cursor = (await owner.client.get(URL, params={"limit": 1})).json()["next_cursor"]
    assert await read_all(stranger) == []
    assert await read_all(stranger, q="a") == []
    assert await read_all(stranger, cursor=cursor) == []


async def test_refuses_a_malformed_query(people: People) -> None:
    person = await people.logged_in()
    bad = [("limit", value) for value in ("0", "-1", "101", "1e3", "", "9" * 400, "NaN")]
    bad += [("sort", value) for value in ("", "id", "owner_id", "--title", "title;--")]
    for name, value in [*bad, ("q", "x" * 201), ("q", "a\x00b")]:
        response = await person.client.get(URL, params={name: value})
        assert problem(response) == (422, "validation-error"), (name, value)


async def test_a_cursor_keeps_its_order(people: People) -> None:
    person = await people.logged_in()
    await add_items(person, "a", "b", "c")
    cursor = (await person.client.get(URL, params={"limit": 1, "sort": "-title"})).json()["next_cursor"]
    for sort in ("-title", "title", "created_at"):
        page = (await person.client.get(URL, params={"sort": sort, "cursor": cursor})).json()
        assert [item["title"] for item in page["items"]] == ["b", "a"]


async def test_refuses_a_cursor_that_is_none(people: People) -> None:
    person = await people.logged_in()
    bad = ["", "x", "title", "owner_id.00.{}", "title.0.{}", "title.zz.{}", "created_at.-1.{}", "title.00.7"]
    for cursor in bad:
        response = await person.client.get(URL, params={"cursor": cursor.format(person.id.hex)})
        assert problem(response) == (422, "validation-error"), cursor


async def test_a_cursor_made_by_hand_is_only_a_place(people: People) -> None:
    person = await people.logged_in()
    await add_items(person, "a")
    for cursor in ("title.00.{}", "title.ff.{}", "title.eda080.{}", "created_at." + "9" * 17 + ".{}"):
        for direction in ("", "-"):
            params = {"cursor": direction + cursor.format(person.id.hex)}
            assert (await person.client.get(URL, params=params)).status_code == 200, params
