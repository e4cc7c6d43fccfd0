"""api_keys: a key is refused wherever it is not good, and reaches no account, no key and no user."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import update

from app.api_keys.models import ApiKeyModel
from app.core.clock import utc_now
from app.resources import Resources
from app.security.opaque_tokens import digest
from app.security.settings import SecuritySettings
from app.users.models import Role
from tests.answers import problem
from tests.api_keys.programs import INVALID, KEYS, MISSING, NOTES, READ, WRITE, Program, create, program_of
from tests.auth.records import audited, rows, set_user
from tests.factories import People, Person
from tests.security.limits import generous
from tests.security.surface import endpoints

Ending = Callable[[Resources, Person, Program], Awaitable[object]]
#: What no scope of a key opens.
CLOSED = ("/api/v1/users", "/api/v1/auth", KEYS)


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


async def change_key(resources: Resources, key_id: str, **values: object) -> None:
    """Change a key behind the service's back."""
    async with resources.database.transaction() as session:
        await session.execute(update(ApiKeyModel).where(ApiKeyModel.id == UUID(key_id)).values(**values))


async def delete_user(resources: Resources, person: Person, _: Program) -> None:
    assert (await person.client.delete("/api/v1/users/me")).status_code == 204


ENDINGS: dict[str, Ending] = {
    "it expires": lambda resources, _, key: change_key(resources, key.id, expires_at=utc_now()),
    "it is revoked": lambda _, person, key: person.client.delete(f"{KEYS}/{key.id}"),
    "its owner is inactive": lambda resources, person, _: set_user(resources, person.id, is_active=False),
    "its owner was locked": lambda resources, person, _: set_user(resources, person.id, locked_at=utc_now()),
    "its owner leaves": delete_user,
    "its digest is another one": lambda resources, _, key: change_key(resources, key.id, key_digest=digest("x")),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_every_guarded_route_refuses_a_key_once(
    app: FastAPI, people: People, resources: Resources, ending: str
) -> None:
    person = await people.logged_in()
    program = await program_of(people, person)
    assert (await program.client.get(NOTES)).status_code == 200
    await ENDINGS[ending](resources, person, program)
    for endpoint in endpoints(app):
        if not endpoint.public:
            assert problem(await endpoint.call(program.client)) == INVALID, endpoint


@pytest.mark.parametrize("role", Role)
async def test_no_key_reaches_an_account_a_key_or_a_user(
    app: FastAPI, people: People, resources: Resources, role: Role
) -> None:
    """Not even one in whose row somebody has written every scope there is."""
    person = await people.logged_in(role=role)
    program = await program_of(people, person)
    every_scope = " ".join(set().union(*app.state.role_scopes.values()))
    await change_key(resources, program.id, scope=every_scope)
    closed = [one for one in endpoints(app) if not one.public and one.path.startswith(CLOSED)]
    assert len(closed) >= 13
    for endpoint in closed:
        assert problem(await endpoint.call(program.client)) == MISSING, endpoint
    for path in (f"/api/v1/users/{person.id}", "/api/v1/users/me"):
        assert problem(await program.client.get(path)) == MISSING
    assert (await program.client.get(NOTES)).status_code == 200
    assert len(await rows(resources, ApiKeyModel)) == 1


async def test_a_key_reaches_nothing_that_asks_for_no_scope(app: FastAPI, people: People) -> None:
    program = await program_of(people, await people.logged_in())
    reached = set()
    for endpoint in endpoints(app):
        if not endpoint.public and problem_free(await endpoint.call(program.client)):
            reached.add(endpoint.path)
    assert NOTES in reached
    assert not [path for path in reached if path.startswith(CLOSED)]


def problem_free(response: httpx2.Response) -> bool:
    """Tell whether a request got past the guard."""
    return response.status_code not in {401, 403}


async def test_a_lock_ends_keys_for_good(people: People) -> None:
    person, administrator = await people.logged_in(), await people.administrator()
    program = await program_of(people, person)
    for is_active in (False, True):
        await administrator.client.patch(f"/api/v1/users/{person.id}", json={"is_active": is_active})
        assert problem(await program.client.get(NOTES)) == INVALID
    await person.log_in()
    assert (await person.client.get(KEYS)).json()["items"] == []
    assert (await person.client.post(f"{KEYS}/{program.id}/rotate", json={})).status_code == 404
    assert (await (await program_of(people, person)).client.get(NOTES)).status_code == 200


async def test_registration_gives_a_key_no_rights(people: People, resources: Resources) -> None:
    program = await program_of(people, await people.administrator())
    body = {"email": "new@example.com", "password": "another horse, another battery"}
    assert (await program.client.post("/api/v1/users", json=body)).status_code == 201
    assert (await audited(resources))[-1] == "registered"


async def test_the_owner_does_not_change_with_the_address(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    program = await program_of(people, person)
    await set_user(resources, person.id, email="elsewhere@example.com")
    await people.create(email=person.email)
    assert (await program.client.get(NOTES)).json()["id"] == str(person.id)


async def test_time_and_use_do_not_bring_back_what_has_expired(people: People) -> None:
    program = await program_of(people, await people.logged_in(), expires_in_days=1)
    with time_machine.travel(utc_now() + timedelta(hours=23, minutes=59)):
        assert (await program.client.get(NOTES)).status_code == 200
    with time_machine.travel(utc_now() + timedelta(days=1, seconds=5)):
        assert problem(await program.client.get(NOTES)) == INVALID


async def test_a_stranger_makes_no_keys(client: httpx2.AsyncClient, people: People) -> None:
    stranger = await people.create()
    assert problem(await create(stranger, scopes=(READ, WRITE))) == (401, "unauthenticated")
