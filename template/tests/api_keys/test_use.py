"""Calling with a key: who the caller is, and when the use of the key is written down."""

import asyncio
from datetime import datetime, timedelta

import httpx2
import pytest
import time_machine
from fastapi import FastAPI

from app.api_keys.callers import note_key_use
from app.api_keys.models import ApiKeyModel
from app.core.clock import utc_now
from app.core.principal import Principal, ReauthenticationRequired
from app.resources import Resources
from tests.answers import problem
from tests.api_keys.programs import KEYS, MISSING, NOTES, READ, WRITE, program_of
from tests.auth.records import rows
from tests.factories import People


async def test_a_key_does_what_its_scopes_say(people: People) -> None:
    person = await people.logged_in()
    reader, writer = await program_of(people, person, scopes=(READ,)), await program_of(people, person, scopes=(WRITE,))
    assert (await reader.client.get(NOTES)).status_code == 200
    assert problem(await reader.client.post(NOTES)) == MISSING
    assert (await writer.client.post(NOTES)).status_code == 200
    assert problem(await writer.client.get(NOTES)) == MISSING


async def test_a_key_does_no_more_than_its_owner_may_at_this_moment(people: People, app: FastAPI) -> None:
    program = await program_of(people, await people.logged_in())
    app.state.role_scopes = {**app.state.role_scopes, "user": frozenset({"account", READ})}
    assert (await program.client.get(NOTES)).json()["scopes"] == [READ]
    assert problem(await program.client.post(NOTES)) == MISSING


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
async def test_the_name_of_the_scheme_is_not_case_sensitive(people: People, scheme: str) -> None:
    program = await program_of(people, await people.logged_in())
    program.client.headers["Authorization"] = f"{scheme} {program.key}"
    assert (await program.client.get(NOTES)).status_code == 200


async def test_a_key_proves_no_identity_so_sensitive_actions_refuse_it(people: People) -> None:
    principal = Principal(kind="key", id=(await people.create()).id, scopes=frozenset({"account"}))
    with pytest.raises(ReauthenticationRequired):
        principal.require_recent_authentication()


async def test_its_last_use_is_written_once_in_a_minute(people: People, resources: Resources) -> None:
    person, start = await people.logged_in(), utc_now()
    program = await program_of(people, person)
    seen = []
    for seconds in (10, 40, 65, 75, 200):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            await program.client.get(NOTES)
            await resources.tasks.drain(5)
        (shown,) = (await person.client.get(KEYS)).json()["items"]
        seen.append(round((datetime.fromisoformat(shown["last_used_at"]) - start) / timedelta(seconds=1)))
    assert seen == [10, 10, 10, 75, 200]


async def test_many_requests_at_once_write_it_once(people: People, resources: Resources) -> None:
    program = await program_of(people, await people.logged_in())
    (key,) = await rows(resources, ApiKeyModel)
    moments = []
    for seconds in (0, 30):
        with time_machine.travel(utc_now() + timedelta(seconds=seconds), tick=False):
            await asyncio.gather(*(note_key_use(resources, key.id) for _ in range(3)))
        moments += [row.last_used_at for row in await rows(resources, ApiKeyModel)]
    assert moments[0] == moments[1] is not None
    assert program.id == str(key.id)


async def test_openapi_tells_of_keys_beside_log_ins(app: FastAPI) -> None:
    described = app.openapi()
    assert described["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"
    opened = {
        path
        for path, methods in described["paths"].items()
        for operation in methods.values()
        if {"ApiKey"} & {name for entry in operation.get("security", ()) for name in entry}
    }
    # Registering is for everybody, with or without a credential.
    assert {} in described["paths"]["/api/v1/users"]["post"]["security"]
    assert NOTES in opened
    assert [path for path in opened if path.startswith(("/api/v1/users/", "/api/v1/auth", KEYS))] == []
    assert len(described["paths"][NOTES]["get"]["security"]) == 2


async def test_a_401_asks_for_a_bearer_credential(client: httpx2.AsyncClient) -> None:
    assert (await client.get(NOTES)).headers["www-authenticate"] == "Bearer"
    client.headers["Authorization"] = "Bearer svk_x"
    assert (await client.get(NOTES)).headers["www-authenticate"] == 'Bearer error="invalid_token"'
