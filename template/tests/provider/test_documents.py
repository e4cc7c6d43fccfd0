"""What the provider publishes and cannot be relied on is as good as nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.answers import problem
from tests.factories import People
from tests.provider.server import DESCRIPTION, KEYS, Provider

URL = "/api/v1/users/me"
AWAY = (503, "identity-provider-unavailable")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a provider of this test alone."""
    provider = Provider()
    yield provider
    provider.stop()


LONG = b'{"keys": [' + b" " * 300_000 + b"]}"
#: Where the right answers are, if one went there.
MOVED = "/moved"
DESCRIBED = {"issuer": "{issuer}", "jwks_uri": "{issuer}/keys"}
UNUSABLE: dict[str, dict[str, Any]] = {
    "the description of another issuer": {DESCRIPTION: (200, {**DESCRIBED, "issuer": "https://evil.example"}, {})},
    "an issuer with a slash more": {DESCRIPTION: (200, {**DESCRIBED, "issuer": "{issuer}/"}, {})},
    "no issuer": {DESCRIPTION: (200, {"jwks_uri": "{issuer}/keys"}, {})},
    "no address of keys": {DESCRIPTION: (200, {"issuer": "{issuer}"}, {})},
    # Which leads to this machine, too, but not by one of the names of loopback.
    "an address without encryption": {DESCRIPTION: (200, {**DESCRIBED, "jwks_uri": "http://0.0.0.0:{port}/keys"}, {})},
    "an address that is a file": {DESCRIPTION: (200, {**DESCRIBED, "jwks_uri": "file:///etc/passwd"}, {})},
    "an address that is a number": {DESCRIPTION: (200, {**DESCRIBED, "jwks_uri": 7}, {})},
    "a description that is a list": {DESCRIPTION: (200, [], {})},
    "a description that is no JSON": {DESCRIPTION: (200, b"<html>", {})},
    "a description that is an error": {DESCRIPTION: (500, {}, {})},
    "a description somewhere else": {DESCRIPTION: (302, {}, {"Location": MOVED}), MOVED: (200, DESCRIBED, {})},
    "keys somewhere else": {KEYS: (302, {}, {"Location": MOVED}), MOVED: (200, {"keys": "published"}, {})},
    "keys that are an error": {KEYS: (404, {"keys": []}, {})},
    "keys that are none": {KEYS: (200, {"keys": {}}, {})},
    "keys without end": {KEYS: (200, LONG, {})},
    "no keys at all": {KEYS: (200, {}, {})},
}


def filled_in(body: Any, provider: Provider) -> Any:
    """Return a body with the provider's own addresses and keys."""
    if not isinstance(body, dict):
        return body
    if body == {"keys": "published"}:
        return {"keys": provider.published}
    port = provider.issuer.rpartition(":")[2]
    return {
        name: value.replace("{issuer}", provider.issuer).replace("{port}", port) if isinstance(value, str) else value
        for name, value in body.items()
    }


@pytest.mark.parametrize("kind", UNUSABLE)
async def test_what_cannot_be_relied_on_is_as_good_as_nothing(people: People, provider: Provider, kind: str) -> None:
    person = await people.logged_in()
    for path, (status, body, headers) in UNUSABLE[kind].items():
        provider.answers[path] = status, filled_in(body, provider), headers
    assert problem(await person.client.get(URL)) == AWAY
