"""api_keys: what looks like a key and was never made."""

from collections.abc import Callable
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.core.clock import uuid7
from app.security.api_key_format import new_key
from app.security.opaque_tokens import digest, new_token
from tests.answers import problem
from tests.api_keys.programs import INVALID, Program, program_of
from tests.factories import People, Person
from tests.security.surface import endpoints


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app


FORGERIES: dict[str, Callable[[Program, Person], str]] = {
    "another secret": lambda key, _: new_key(UUID(key.id)),
    "an unknown id": lambda _, __: new_key(uuid7()),
    "the id of its owner": lambda _, person: new_key(person.id),
    "another checksum": lambda key, _: key.key[:-1] + ("0" if key.key[-1] != "0" else "1"),
    "no checksum": lambda key, _: key.key.rpartition("_")[0],
    "its digest": lambda key, _: digest(key.key),
    "the prefix": lambda _, __: "svk_",
    "a random text": lambda _, __: "svk_" + new_token(),
    "far too long": lambda key, _: key.key * 90,
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_every_guarded_route_refuses_a_forged_key(app: FastAPI, people: People, forgery: str) -> None:
    person = await people.logged_in()
    program = await program_of(people, person)
    program.client.headers["Authorization"] = f"Bearer {FORGERIES[forgery](program, person)}"
    for endpoint in endpoints(app):
        if not endpoint.public:
            assert problem(await endpoint.call(program.client)) == INVALID, endpoint
