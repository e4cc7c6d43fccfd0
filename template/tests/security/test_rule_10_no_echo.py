"""Rule 10: errors never echo input; lists refuse bad pages."""

import itertools
import json
from typing import Any

import pytest
from fastapi import FastAPI

from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.factories import PASSWORD, People
from tests.security.limits import generous
from tests.security.surface import endpoints

CANARY = "canary-7f3a9c"
QUERIES = [
    {"limit": CANARY},
    {"limit": "-1"},
    {"limit": "0"},
    {"limit": "101"},
    {"limit": "9" * 5000},
    {"limit": "NaN"},
    {"sort": CANARY},
    {"cursor": CANARY},
    {"cursor": "\x00"},
    {"cursor": "x" * 2001},
]


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


async def test_no_error_repeats_what_was_sent(app: FastAPI, people: People) -> None:
    """FastAPI's own 422 repeats the whole body when one field is missing: the sibling password too."""
    admin = await people.administrator()
    tried = 0
    for endpoint in endpoints(app):
        if endpoint.media_type is None:
            continue
        texts: dict[str, Any] = dict.fromkeys(endpoint.body, CANARY)
        wrong: list[dict[str, Any]] = [{**texts, name: [CANARY, {CANARY: CANARY}]} for name in texts]
        missing: list[dict[str, Any]] = [{key: CANARY for key in texts if key != name} for name in texts]
        for body in (texts, *wrong, *missing, {**texts, "unknown": CANARY}, {CANARY: CANARY}):
            response = await endpoint.call(admin.client, body)
            told = json.dumps([{**error, "loc": []} for error in response.json().get("errors", [])])
            assert CANARY not in told + response.json().get("detail", ""), (endpoint, body)
            assert CANARY not in str(response.headers), (endpoint, body)
            tried += 1
    assert tried > 40


@pytest.mark.parametrize("name", ["email", "full_name"])
async def test_a_sibling_password_is_not_repeated(people: People, name: str) -> None:
    body = {"email": "ada@example.com", "full_name": "Ada", "password": f"{CANARY} {PASSWORD}", name: 7}
    response = await people.new_client().post("/api/v1/users", json=body)
    assert response.json()["errors"][0].keys() == {"loc", "msg", "type"}
    assert CANARY not in response.text


@pytest.mark.parametrize(
    "email", [f"{CANARY}@{CANARY}", f"{CANARY} @example.com", f"a@{CANARY}_.com", f"@{CANARY}.com"]
)
async def test_a_bad_address_is_not_repeated(people: People, email: str) -> None:
    response = await people.new_client().post("/api/v1/users", json={"email": email, "password": PASSWORD})
    assert response.status_code == 422
    assert "canary" not in response.text


async def test_every_list_refuses_a_bad_page_without_repeating_it(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    described = app.openapi()["paths"]
    lists = [
        endpoint
        for endpoint in endpoints(app)
        if "cursor" in str(described[endpoint.path][endpoint.method.lower()].get("parameters"))
    ]
    assert "/api/v1/users" in {endpoint.path for endpoint in lists}
    for endpoint, query in itertools.product(lists, QUERIES):
        response = await admin.client.get(endpoint.url(), params=query)
        assert problem(response)[0] == 422, (endpoint, query)
        assert CANARY not in response.text, (endpoint, query)
