"""How many queries a request with an API key may cost."""

import pytest
from fastapi import FastAPI

from app.resources import Resources
from tests.answers import problem
from tests.api_keys.programs import INVALID, NOTES, program_of
from tests.factories import People
from tests.performance.conftest import Queries


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app


async def test_a_request_with_a_key_costs_one_query(people: People, queries: Queries, resources: Resources) -> None:
    program = await program_of(people, await people.logged_in())
    await program.client.get(NOTES)
    await resources.tasks.drain(5)
    with queries.at_most(1):
        assert (await program.client.get(NOTES)).status_code == 200


async def test_what_is_no_key_costs_none(people: People, queries: Queries) -> None:
    program = await program_of(people, await people.logged_in())
    with queries.at_most(0):
        for garbage in ("svk_", program.key[:-1], program.key + "0", program.key.replace("_", "__")):
            program.client.headers["Authorization"] = f"Bearer {garbage}"
            assert problem(await program.client.get(NOTES)) == INVALID
