"""What clients are told of bodies that are wrong in many places."""

import json
from time import process_time

import httpx2
import pytest

from tests.web.conftest import MakeApp, client_of

VISITORS = "/visitors"


@pytest.fixture
def client(make_app: MakeApp) -> httpx2.AsyncClient:
    """Return a client of the small application."""
    return client_of(make_app())


async def test_thousands_of_unknown_fields_are_refused_in_few_words(client: httpx2.AsyncClient) -> None:
    # Of the processor, so that it does not matter what else the machine does.
    began = process_time()
    response = await client.post(VISITORS, json={f"k{number}": 0 for number in range(80_000)})
    assert response.status_code == 422
    assert len(response.content) < 5_000
    assert process_time() - began < 1


async def test_at_most_twenty_mistakes_are_named(client: httpx2.AsyncClient) -> None:
    response = await client.post(VISITORS, json={f"field_{number}": 0 for number in range(90)})
    assert len(response.json()["errors"]) == 20


async def test_a_mistyped_field_is_named_and_anything_else_is_not(client: httpx2.AsyncClient) -> None:
    known = {"email": "ada@example.com", "password": "correct horse battery staple"}
    body = {**known, "fullname": "Ada", "my secret passphrase": 1, "x" * 99: 1}
    errors = (await client.post(VISITORS, json=body)).json()["errors"]
    assert [error["loc"] for error in errors] == [["body", "fullname"], ["body"], ["body"]]
    assert "secret" not in json.dumps(errors)
