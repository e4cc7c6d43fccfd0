"""`POST /api/v1/api-keys/{id}/rotate`: the next key works at once, the old one a while longer."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from fastapi import FastAPI

from app.core.clock import utc_now
from tests.answers import problem
from tests.api_keys.programs import INVALID, KEYS, NOTES, READ, create, program, program_of
from tests.factories import People, Person


async def test_the_next_key_has_the_same_name_and_scopes(people: People) -> None:
    person = await people.logged_in()
    old = await program_of(people, person, scopes=(READ,), name="Import")
    answer = await person.client.post(f"{KEYS}/{old.id}/rotate", json={})
    new = answer.json()
    assert (new["name"], new["scopes"]) == ("Import", [READ])
    assert new["key"] != old.key
    listed = {key["id"]: key["replaced_by"] for key in (await person.client.get(KEYS)).json()["items"]}
    assert listed == {old.id: new["id"], new["id"]: None}


@pytest.mark.parametrize(("body", "hours"), [({}, 24), ({"overlap_hours": 1}, 1), ({"overlap_hours": 168}, 168)])
async def test_both_work_for_the_overlap(people: People, body: dict[str, int], hours: int) -> None:
    person, start = await people.logged_in(), utc_now()
    old = await program_of(people, person)
    new = program(people, await person.client.post(f"{KEYS}/{old.id}/rotate", json=body))
    for moment, expected in ((hours * 60 - 1, 200), (hours * 60 + 1, 401)):
        with time_machine.travel(start + timedelta(minutes=moment)):
            assert (await old.client.get(NOTES)).status_code == expected
            assert (await new.client.get(NOTES)).status_code == 200


async def test_without_overlap_the_old_key_ends_at_once(people: People) -> None:
    person = await people.logged_in()
    old = await program_of(people, person)
    await person.client.post(f"{KEYS}/{old.id}/rotate", json={"overlap_hours": 0})
    assert problem(await old.client.get(NOTES)) == INVALID


async def test_the_overlap_lets_no_key_live_longer(people: People) -> None:
    person = await people.logged_in()
    old = await program_of(people, person, expires_in_days=1)
    await person.client.post(f"{KEYS}/{old.id}/rotate", json={"overlap_hours": 168})
    with time_machine.travel(utc_now() + timedelta(days=1, minutes=1)):
        assert problem(await old.client.get(NOTES)) == INVALID


async def rotations(person: Person, key_id: str, times: int) -> list[int]:
    """Rotate a key several times at once."""
    path = f"{KEYS}/{key_id}/rotate"
    return sorted([answer.status_code for answer in await asyncio.gather(
        *(person.client.post(path, json={}) for _ in range(times))
    )])  # fmt: skip


async def test_a_key_has_one_successor_also_when_it_is_rotated_twice_at_once(people: People) -> None:
    person = await people.logged_in()
    key_id = (await create(person)).json()["id"]
    assert await rotations(person, key_id, 3) == [201, 409, 409]
    assert len((await person.client.get(KEYS)).json()["items"]) == 2
    again = await person.client.post(f"{KEYS}/{key_id}/rotate", json={})
    assert problem(again) == (409, "api-key-replaced")


async def test_what_has_expired_is_not_rotated(people: People) -> None:
    person = await people.logged_in()
    key_id = (await create(person, expires_in_days=1)).json()["id"]
    with time_machine.travel(utc_now() + timedelta(days=1, minutes=1)):
        await person.log_in()
        answer = await person.client.post(f"{KEYS}/{key_id}/rotate", json={})
    assert problem(answer) == (404, "api-key-not-found")


async def test_nobody_rotates_a_key_into_rights_that_they_have_lost(people: People, app: FastAPI) -> None:
    person = await people.logged_in()
    key_id = (await create(person)).json()["id"]
    state = app.state
    state.role_scopes = {**state.role_scopes, "user": frozenset({"account", READ})}
    answer = await person.client.post(f"{KEYS}/{key_id}/rotate", json={})
    assert problem(answer) == (422, "invalid-scope")


@pytest.mark.parametrize(
    "change", [{"overlap_hours": -1}, {"overlap_hours": 169}, {"expires_in_days": 0}, {"name": "x"}]
)
async def test_refuses_a_malformed_request(people: People, change: dict[str, object]) -> None:
    person = await people.logged_in()
    key_id = (await create(person)).json()["id"]
    answer = await person.client.post(f"{KEYS}/{key_id}/rotate", json=change)
    assert problem(answer) == (422, "validation-error")
