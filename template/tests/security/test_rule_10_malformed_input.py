"""Rule 10: whatever is sent, the answer is an honest 4xx and never 500."""

import itertools
import json

import httpx2
import pytest
from fastapi import FastAPI

from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.factories import People
from tests.security.limits import generous
from tests.security.surface import FORM, Endpoint, endpoints

JSON = {"Content-Type": "application/json"}
#: Written as they travel: Python's own JSON writer would refuse some of them.
VALUES = {
    "NaN": "NaN",
    "infinity": "-Infinity",
    "lone surrogate": r'"\ud800"',
    "reversed surrogates": r'"\udc00\ud800"',
    "huge integer": "9" * 400,
    "integer beyond Python's limit": "9" * 5000,
    "huge exponent": "1e999999",
    "deep list": "[" * 20_000 + "]" * 20_000,
    "deep object": '{"a":' * 20_000 + "1" + "}" * 20_000,
    "object": "{}",
    "very long text": '"' + "x" * 100_000 + '"',
}
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "trailing comma": b'{"a": 1,}',
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "NaN": b"NaN",
    "bad UTF-8": b'{"email": "\xff\xfe"}',
    "cut UTF-8": b'{"email": "\xe2\x82',
    "UTF-16": '{"email": "a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"email": "a"}',
    "NUL": b"\x00",
    "deep": b"[" * 50_000,
}
MEDIA_TYPES = ["text/plain", "application/xml", "multipart/form-data; boundary=x", FORM, ""]
IDS = ["7", "%00", "%ff", "..", "x" * 2000, "%F0%9F%9A%B2", "{id}", "1e3"]


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


def with_json_body(app: FastAPI) -> list[Endpoint]:
    """Return the endpoints that read JSON."""
    found = [endpoint for endpoint in endpoints(app) if endpoint.media_type == "application/json"]
    assert len(found) >= 8
    return found


async def send(client: httpx2.AsyncClient, endpoint: Endpoint, content: bytes) -> httpx2.Response:
    """Send bytes as JSON."""
    return await client.request(endpoint.method, endpoint.url(), content=content, headers=JSON)


async def test_every_field_refuses_what_fits_no_field(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    for endpoint in with_json_body(app):
        valid = {key: json.dumps(value) for key, value in endpoint.body.items()}
        for name, (kind, value) in itertools.product(valid, VALUES.items()):
            members = ", ".join(f'"{key}": {text}' for key, text in {**valid, name: value}.items())
            response = await send(admin.client, endpoint, f"{{{members}}}".encode())
            assert problem(response) == (422, "validation-error"), (endpoint, name, kind)


async def test_every_field_but_passwords_refuses_nul(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    for endpoint in with_json_body(app):
        for name in (name for name in endpoint.body if "password" not in name):
            response = await endpoint.call(admin.client, {**endpoint.body, name: "a\x00b"})
            assert problem(response) == (422, "validation-error"), (endpoint, name)


async def test_every_endpoint_refuses_what_is_no_json_object(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    for endpoint, (kind, content) in itertools.product(with_json_body(app), BODIES.items()):
        response = await send(admin.client, endpoint, content)
        assert problem(response) == (422, "validation-error"), (endpoint, kind)


async def test_every_endpoint_refuses_json_that_says_it_is_something_else(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    for endpoint, media_type in itertools.product(with_json_body(app), MEDIA_TYPES):
        content, headers = json.dumps(endpoint.body).encode(), {"Content-Type": media_type}
        response = await admin.client.request(endpoint.method, endpoint.url(), content=content, headers=headers)
        assert problem(response) == (422, "validation-error"), (endpoint, media_type)


async def test_every_id_in_a_path_refuses_what_is_none(app: FastAPI, people: People) -> None:
    admin = await people.administrator()
    named = [endpoint for endpoint in endpoints(app) if endpoint.path.endswith("}")]
    for endpoint, value in itertools.product(named, IDS):
        url = endpoint.path.rpartition("/")[0] + "/" + value
        response = await admin.client.request(endpoint.method, url, json={})
        assert problem(response)[0] in {404, 405, 422}, (endpoint, value)
