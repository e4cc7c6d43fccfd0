"""`POST /api/v1/api-keys`: shown once, within the rights of whoever asks."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from fastapi import FastAPI

from app.api_keys.models import ApiKeyModel
from app.api_keys.service import MOST
from app.core.clock import utc_now
from app.resources import Resources
from app.security.api_key_format import PATTERN
from tests.answers import problem
from tests.api_keys.programs import KEYS, NOTES, READ, REAUTHENTICATE, WRITE, create, program
from tests.auth.records import audited, rows
from tests.factories import People

INVALID_SCOPE = (422, "invalid-scope")


async def test_gives_a_key_that_works_and_that_no_other_answer_shows(people: People) -> None:
    person = await people.logged_in()
    answer = await create(person)
    made = answer.json()
    assert re.fullmatch(PATTERN, made["key"])
    assert answer.headers["cache-control"] == "no-store"
    assert (made["name"], made["scopes"], made["last_used_at"], made["replaced_by"]) == (
        "Export", [READ, WRITE], None, None,
    )  # fmt: skip
    called = (await program(people, answer).client.get(NOTES)).json()
    assert called == {"kind": "key", "id": str(person.id), "scopes": [READ, WRITE]}
    assert made["key"] not in (await person.client.get(KEYS)).text


async def test_the_id_of_a_key_is_a_part_of_it(people: People) -> None:
    made = (await create(await people.logged_in())).json()
    assert made["key"].split("_")[1] == made["id"].replace("-", "")


@pytest.mark.parametrize(("asked", "days"), [({}, 90), ({"expires_in_days": 1}, 1), ({"expires_in_days": 365}, 365)])
async def test_every_key_expires(people: People, asked: dict[str, int], days: int) -> None:
    made = (await create(await people.logged_in(), scopes=(READ,), **asked)).json()
    life = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert abs(life - timedelta(days=days)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "change",
    [
        {"expires_in_days": 0}, {"expires_in_days": 366}, {"expires_in_days": None}, {"expires_in_days": "90"},
        {"name": ""}, {"name": "a" * 101}, {"name": "a\nb"}, {"name": "\x1b[31m"}, {"scopes": []}, {"user_id": "x"},
    ],
)  # fmt: skip
async def test_refuses_a_malformed_request(people: People, change: dict[str, object]) -> None:
    person = await people.logged_in()
    body = {"name": "Export", "scopes": [READ], **change}
    assert problem(await person.client.post(KEYS, json=body)) == (422, "validation-error")


@pytest.mark.parametrize("scope", ["account", "users:read", "users:write", "nothing", "notes", f"{READ} {WRITE}", "*"])
async def test_no_key_has_a_scope_for_accounts_or_one_that_does_not_exist(people: People, scope: str) -> None:
    administrator = await people.administrator()
    assert problem(await create(administrator, scopes=(READ, scope))) == INVALID_SCOPE
    assert (await administrator.client.get(KEYS)).json()["items"] == []


async def test_scopes_are_within_those_of_the_role(people: People, app: FastAPI) -> None:
    person = await people.logged_in()
    state = app.state
    state.role_scopes = {**state.role_scopes, "user": frozenset({"account", READ})}
    assert problem(await create(person, scopes=(WRITE,))) == INVALID_SCOPE
    assert (await create(person, scopes=(READ,))).status_code == 201


async def test_making_ending_and_rotating_need_a_recent_log_in(people: People) -> None:
    person = await people.logged_in()
    key_id = (await create(person)).json()["id"]
    with time_machine.travel(utc_now() + timedelta(minutes=10, seconds=5)):
        await person.stay()
        assert problem(await create(person)) == REAUTHENTICATE
        assert problem(await person.client.post(f"{KEYS}/{key_id}/rotate", json={})) == REAUTHENTICATE
        assert problem(await person.client.delete(f"{KEYS}/{key_id}")) == REAUTHENTICATE
        assert len((await person.client.get(KEYS)).json()["items"]) == 1


async def test_one_user_has_fifty_keys_at_most_also_when_they_are_asked_for_at_once(
    people: People, resources: Resources
) -> None:
    person = await people.logged_in()
    async with resources.database.transaction() as session:
        for _ in range(MOST - 2):
            session.add(
                ApiKeyModel(
                    user_id=person.id, name="x", scope=READ, key_digest="", expires_at=utc_now() + timedelta(days=1)
                )
            )
    answers = await asyncio.gather(*(create(person) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    assert {problem(answer) for answer in answers if not answer.is_success} == {(409, "too-many-api-keys")}
    with time_machine.travel(utc_now() + timedelta(days=1, minutes=1)):
        await person.log_in()
        assert (await create(person)).status_code == 201


async def test_what_ended_long_ago_is_dropped(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    await create(person, expires_in_days=1)
    for days, left in ((20, 2), (33, 2)):
        with time_machine.travel(utc_now() + timedelta(days=days)):
            await person.log_in()
            await create(person, expires_in_days=60)
            assert len((await person.client.get(KEYS)).json()["items"]) == left
            assert len(await rows(resources, ApiKeyModel)) == left


async def test_it_is_audited(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    key_id = (await create(person)).json()["id"]
    second = (await person.client.post(f"{KEYS}/{key_id}/rotate", json={})).json()["id"]
    await person.client.delete(f"{KEYS}/{second}")
    assert (await audited(resources))[-3:] == ["api-key-created", "api-key-rotated", "api-key-revoked"]
